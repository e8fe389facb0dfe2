package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.journal.Identity;
import dev.espalier.sweep.mlflow.Registration.Registered;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A sweep that is sent from its journal, whole; twice is the same as once.
 *
 * @param uri of the server; null for the embedded one
 */
public record SweepUpload(SweepSnapshot sweep, @Nullable String uri) {

  /**
   * Sends the sweep.
   *
   * @throws UnsentException if the server did not take all of it
   */
  public void send() throws IOException, UnsentException {
    try (MlflowLog log = TrackingUri.open(sweep.directory(), uri)) {
      tracking(log).all(sweep);
      log.drain();
      if (log.unsent() > 0) {
        throw new UnsentException(log.unsent(), log.problems());
      }
    }
  }

  /**
   * Sends the sweep and registers the model of one of its trials.
   *
   * @param picked the trial, or the mean of its seeds
   * @param why it was chosen, line by line
   * @param model the name of the registered model
   * @param alias of this version of it
   * @throws UnsentException if the server did not take all of it
   */
  public Registered register(Point picked, List<String> why, String model, String alias)
      throws IOException, UnsentException {
    try (MlflowLog log = TrackingUri.open(sweep.directory(), uri)) {
      SweepTracking tracking = tracking(log);
      tracking.all(sweep);
      Future<Registered> open =
          tracking.register(sweep, picked.trial(), model, alias, description(picked, why));
      log.drain();
      if (log.unsent() > 0 || !open.isDone()) {
        throw new UnsentException(log.unsent(), log.problems());
      }
      return open.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnsentException(1, List.of("interrupted"));
    } catch (ExecutionException e) {
      throw new AssertionError("it is completed with a value or not at all", e);
    }
  }

  private SweepTracking tracking(MlflowLog log) throws IOException {
    return new SweepTracking(log, Identity.of(sweep.directory()), sweep.spec(), sweep.metrics());
  }

  /**
   * A sentence with the result, which is all that MLflow's lists show, and the reasons: as code,
   * because Markdown would run their columns together.
   */
  private static String description(Point picked, List<String> why) {
    return String.format(
        Locale.ROOT,
        "Validation accuracy %.4f in %,.0f bytes: %s.\n\n```\n%s\n```",
        picked.metrics().get(Metrics.VAL_ACCURACY),
        picked.metrics().get(Metrics.SIZE_COMPRESSED_BYTES),
        picked.name(),
        String.join("\n", why));
  }

  /** Some records did not reach the server; the message says how many, and why. */
  public static final class UnsentException extends Exception {
    private static final long serialVersionUID = 1;

    UnsentException(long records, List<String> problems) {
      super("%d records were not sent: %s".formatted(records, String.join("; ", problems)));
    }
  }
}
