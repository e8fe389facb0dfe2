package dev.espalier.sweep.preparation;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.results.Latencies;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.results.TrialLatency;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.measure.Latency;
import dev.espalier.workers.measure.Machine;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One pass over the networks of a sweep on this machine, which times the prediction of one image
 * with each, one network after another on one thread.
 *
 * @param seconds to time each network for, after half of it to warm up
 * @param say takes lines for people
 */
public record LatencyPass(double seconds, Consumer<String> say) {
  /** The seconds that {@code espalier measure} and the end of a run take for each network. */
  public static final double USUAL_SECONDS = 1;

  /**
   * Times {@code trials}, completed ones of {@code sweep}.
   *
   * @param latencies takes each result down
   * @return whether all networks were there
   */
  public boolean measure(SweepSnapshot sweep, List<TrialResult> trials, Latencies latencies)
      throws ConfigException, IOException {
    FinishedNetworks networks = FinishedNetworks.of(sweep);
    long completed = sweep.trials().stream().filter(TrialResult::completed).count();
    say.accept(
        "Timing %d of %d completed trials of %s, one image at a time, on one thread"
            .formatted(trials.size(), completed, sweep.spec().name()));
    say.accept("  %s; %s".formatted(Machine.describe(), Engine.describe()));
    boolean all = true;
    for (TrialResult trial : trials) {
      all &= measure(trial, networks, latencies);
    }
    return all;
  }

  /** Whether a latency was measured on this machine, by this engine. */
  static boolean isOfHere(TrialLatency latency) {
    return latency.machine().equals(Machine.describe())
        && latency.environment().equals(Engine.environment());
  }

  private boolean measure(TrialResult trial, FinishedNetworks networks, Latencies latencies)
      throws IOException {
    DataFacts data = networks.sweep().plan().data();
    int pixels = data.height() * data.width() * data.channels();
    try (TrainableNetwork network =
        networks.open(networks.committed(new StageId(trial.trial()), trial.name()))) {
      Latency latency = Latency.of(network, pixels, seconds);
      say.accept(
          "%10.3f ms  (%.3f to %.3f, %d predictions)  %s"
              .formatted(
                  1000 * latency.median(),
                  1000 * latency.firstQuartile(),
                  1000 * latency.thirdQuartile(),
                  latency.predictions(),
                  trial.name()));
      latencies.add(line(trial, latency));
      return true;
    } catch (RefusedException e) {
      say.accept("not timed: " + e.getMessage());
      return false;
    }
  }

  private static TrialLatency line(TrialResult trial, Latency latency) {
    return new TrialLatency(
        trial.trial(),
        trial.name(),
        new Metrics(
            Map.of(
                Metrics.LATENCY_BATCH1_SECONDS,
                latency.median(),
                Metrics.LATENCY_FIRST_QUARTILE_SECONDS,
                latency.firstQuartile(),
                Metrics.LATENCY_THIRD_QUARTILE_SECONDS,
                latency.thirdQuartile())),
        latency.predictions(),
        Engine.environment(),
        Machine.describe());
  }
}
