package dev.espalier.workers.facts;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What came out of a stage: it is done, or it failed. */
public sealed interface StageResult extends Serializable {

  /**
   * Raised by hand whenever equal weights would give other metrics: evaluation, its batch size
   * (which changes the last bits), counts and sizes. Stages of another version are measured again
   * from their checkpoints, without training.
   */
  int MEASURE_VERSION = 3;

  StageId id();

  /** Wall-clock seconds that this stage itself took, without those before it. */
  double seconds();

  /**
   * The stage is done and its checkpoint is committed.
   *
   * @param measure the {@link #MEASURE_VERSION} by which {@code metrics}, {@code layers} and {@code
   *     correct} were measured; 0 where it was not yet noted
   * @param curve one point for each epoch that the state stands for, from the state the stage
   *     starts from; as measured in training, whatever the version of {@code measure}
   * @param layers every layer with a kernel, in the order of the network
   * @param correct for {@code val} and {@code test}: which images were classified rightly, bit i of
   *     byte i / 8 from the lowest, as Base64
   * @param files by role: {@code network}, {@code masks}, {@code updater}, {@code graph}
   * @param environment where the weights were reached
   * @param seconds that reaching them took, without measuring them again
   */
  record Done(
      StageId id,
      int measure,
      Metrics metrics,
      List<EpochMetrics> curve,
      List<LayerRow> layers,
      Map<String, String> correct,
      Map<String, DataFile> files,
      Environment environment,
      double seconds)
      implements StageResult {
    public Done {
      curve = List.copyOf(curve);
      layers = List.copyOf(layers);
      correct = Map.copyOf(new TreeMap<>(correct));
      files = Map.copyOf(new TreeMap<>(files));
    }

    /** A result that was measured as this version of the program measures. */
    public Done(
        StageId id,
        Metrics metrics,
        List<EpochMetrics> curve,
        List<LayerRow> layers,
        Map<String, String> correct,
        Map<String, DataFile> files,
        Environment environment,
        double seconds) {
      this(id, MEASURE_VERSION, metrics, curve, layers, correct, files, environment, seconds);
    }

    /** The same, of which one data file is gone. */
    public Done without(String role) {
      Map<String, DataFile> rest = new TreeMap<>(files);
      rest.remove(role);
      return new Done(id, measure, metrics, curve, layers, correct, rest, environment, seconds);
    }

    /** The same with these metrics. */
    public Done with(Metrics others) {
      return new Done(id, measure, others, curve, layers, correct, files, environment, seconds);
    }

    /** Whether the metrics are those that this version of the program would measure. */
    public boolean isMeasuredAsNow() {
      return measure == MEASURE_VERSION;
    }

    /**
     * Whether it was measured as this version does, and has every metric that {@code other} has.
     */
    public boolean isMeasuredAs(Done other) {
      return isMeasuredAsNow()
          && metrics.values().keySet().containsAll(other.metrics.values().keySet());
    }
  }

  /** The stage did not reach its state, and neither does any stage after it. */
  record Failed(StageId id, Cause cause, String reason, double seconds) implements StageResult {}

  /** Why a stage failed, which decides whether the next run tries again. */
  enum Cause {
    /** The loss became NaN or infinite: the same bits would come out again. */
    DIVERGED,
    /** Left unfinished by two dead processes. */
    CRASHED,
    /** Over its time limit. */
    TIMEOUT,
    /** The store takes no checkpoints, being full or read-only: no stage would fare better. */
    STORE,
    /** Anything else: memory, disk, a lost machine. */
    ERROR;

    /** Whether the next run of the sweep tries again by itself. */
    public boolean triesAgain() {
      return this == ERROR;
    }
  }
}
