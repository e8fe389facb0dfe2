package dev.espalier.sweep.verify;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What running one trial again came to.
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
  public Verdict {
    removed = List.copyOf(removed);
    differences = List.copyOf(differences);
  }

  public boolean equal() {
    return differsIn == null;
  }
}
