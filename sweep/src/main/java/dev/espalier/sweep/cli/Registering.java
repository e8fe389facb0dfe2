package dev.espalier.sweep.cli;

import dev.espalier.sweep.mlflow.MlflowLog;
import dev.espalier.sweep.mlflow.Registered;
import dev.espalier.sweep.mlflow.Registration;
import dev.espalier.sweep.mlflow.SweepTracking;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.Identity;
import dev.espalier.sweep.run.RunDirectory;
import dev.espalier.sweep.spec.SpecException;
import dev.espalier.workers.stage.Metrics;
import dev.espalier.workers.stage.StageId;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --register} with what belongs to it: a picked trial goes into MLflow's registry. */
final class Registering {
  @Option(
      names = "--register",
      required = true,
      paramLabel = "NAME",
      description =
          "Register the model under this name in MLflow, to which the sweep is sent first as by track.")
  private String model = "";

  @Option(
      names = "--alias",
      paramLabel = "ALIAS",
      defaultValue = "pareto-pick",
      description = "Of this version of it (default: ${DEFAULT-VALUE}).")
  private String alias = "pareto-pick";

  @Option(
      names = "--tracking-uri",
      paramLabel = "URI",
      description = "An MLflow server (default: $MLFLOW_TRACKING_URI, else mlflow.db in DIR).")
  private @Nullable String trackingUri;

  /** Makes sure of all that can be known before the sweep is read. */
  void check(RunDirectory directory, Map<String, String> environment) throws UsageException {
    try {
      Registration.check(model, alias);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--register: " + e.getMessage());
    }
    trackingUri = Tracking.server(trackingUri, environment);
    if (Tracking.LATER.equals(trackingUri)) {
      throw new UsageException("--tracking-uri: must be a server to register at, found none");
    }
    if (trackingUri == null && directory.shared()) {
      throw new UsageException(
          "--tracking-uri: must be a server for a sweep at an address; or fetch the sweep first: espalier fetch %s DIR"
              .formatted(directory.address()));
    }
  }

  /**
   * Sends the sweep and registers a trial of it.
   *
   * @return what came of it, for people
   * @throws UnsentException if the server did not take it
   */
  String register(Finished sweep, Point picked, List<String> why)
      throws IOException, SpecException, UsageException, UnsentException {
    if (sweep.trials().stream().noneMatch(trial -> trial.trial().equals(picked.trial()))) {
      throw new UsageException(
          "--register: must be a trial of the sweep, found %s, which has no run in MLflow; add sparsity 0 without fine-tuning to the grid"
              .formatted(picked.name()));
    }
    // Says what to do where the checkpoint is gone: a version without a model helps nobody.
    FinishedNetworks.of(sweep).committed(new StageId(picked.trial()), picked.name());
    try (MlflowLog log = Tracking.open(sweep.directory(), trackingUri)) {
      SweepTracking tracking = new SweepTracking(log, Identity.of(sweep.directory()), sweep.spec());
      tracking.all(sweep);
      String description = description(picked, why);
      Future<Registered> open = tracking.register(sweep, picked.trial(), model, alias, description);
      log.drain();
      if (log.unsent() > 0 || !open.isDone()) {
        throw new UnsentException(log.unsent(), log.problems());
      }
      Registered registered = open.get();
      return "registered at %s as %s, version %s, alias %s%s"
          .formatted(
              trackingUri == null ? sweep.directory().address() + "/mlflow.db" : log.uri(),
              registered.model(),
              registered.version(),
              alias,
              registered.aliased()
                  ? ""
                  : " (a tag of the model: this store is older than aliases)");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnsentException(1, List.of("interrupted"));
    } catch (ExecutionException e) {
      throw new AssertionError("it is completed with a value or not at all", e);
    }
  }

  /**
   * A sentence with the result, which is all that MLflow's lists show, and the whole choice: as
   * code, because Markdown would run its columns together.
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

  /** Something did not reach the server; the message says how much, and why first. */
  static final class UnsentException extends Exception {
    private static final long serialVersionUID = 1;

    UnsentException(long records, List<String> problems) {
      super("%d records were not sent: %s".formatted(records, String.join("; ", problems)));
    }
  }
}
