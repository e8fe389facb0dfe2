package dev.espalier.workers.stage;

import dev.espalier.workers.facts.DivergedException;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.model.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network between two stages.
 *
 * @param tensors every parameter, in the order of the network
 * @param holds by tensor, what later training must keep
 * @param prunable names of the tensors that prune stages may touch
 * @param updater velocity of the optimizer after fine-tuning; null elsewhere
 * @param curve of the epochs between the state that the stage starts from and this one
 */
// States are handed on and never compared, so an array may stand in a record.
@SuppressWarnings("ArrayRecordComponent")
public record State(
    List<Tensor> tensors,
    Map<String, Hold> holds,
    Set<String> prunable,
    float @Nullable [] updater,
    List<EpochMetrics> curve) {

  /**
   * Makes sure that the network is one: what computes with NaN may still give finite numbers, such
   * as an accuracy.
   *
   * @throws DivergedException naming the first value that is NaN or infinite
   */
  public void requireFinite() throws DivergedException {
    for (Tensor tensor : tensors) {
      int index = tensor.firstNonFinite();
      if (index >= 0) {
        throw new DivergedException(
            "value %d of %s is %s".formatted(index, tensor.name(), tensor.values()[index]));
      }
    }
  }
}
