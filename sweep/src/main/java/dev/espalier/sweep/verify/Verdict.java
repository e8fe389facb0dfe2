package dev.espalier.sweep.verify;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of running one trial again.
 *
 * @param trial its name
 * @param stages that were compared
 * @param files data files of checkpoints that were compared byte by byte
 * @param metrics that were compared, those of each epoch too
 * @param removed labels of the stages whose checkpoint is no longer there: of these the metrics
 *     were compared, and the digests that the journal keeps
 * @param differsIn label of the first stage that differs; null if none does
 * @param differences in that stage; the stages after it would only differ too
 */
public record Verdict(
    String trial,
    int stages,
    int files,
    int metrics,
    List<String> removed,
    @Nullable String differsIn,
    List<Difference> differences) {
  /**
   * A value that came out otherwise when a stage was run again.
   *
   * @param what a metric, a row of the layer table, or the SHA-256 of a data file, and where it was
   *     recorded
   * @param recorded in the folder of the sweep
   * @param again what came out now
   */
  public record Difference(String what, String recorded, String again) {}

  public Verdict {
    removed = List.copyOf(removed);
    differences = List.copyOf(differences);
  }

  public boolean equal() {
    return differsIn == null;
  }
}
