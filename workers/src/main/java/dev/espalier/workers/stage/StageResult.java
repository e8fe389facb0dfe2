package dev.espalier.workers.stage;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What came out of a stage: it is done, or it failed. */
public sealed interface StageResult extends Serializable {
  StageId id();

  /** Wall-clock seconds that this stage itself took, without those before it. */
  double seconds();

  /**
   * The stage is done and its checkpoint is committed.
   *
   * @param curve one point for each epoch that the state stands for, from the state the stage
   *     starts from
   * @param layers every layer with a kernel, in the order of the network
   * @param correct for {@code val} and {@code test}: which images were classified rightly, bit i of
   *     byte i / 8 from the lowest, as Base64
   * @param files by role: {@code weights}, {@code updater}, {@code compressed}, {@code graph}
   */
  record Done(
      StageId id,
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
    /** Anything else: memory, disk, a lost machine. */
    ERROR;

    /** Whether the next run of the sweep tries again by itself. */
    public boolean triesAgain() {
      return this == ERROR;
    }
  }
}
