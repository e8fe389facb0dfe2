package dev.espalier.workers.prune;

import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Tensor;
import java.util.List;

/** Which parameters of a network may be pruned. */
public final class Prunable {
  private Prunable() {}

  /**
   * Convolution and dense kernels, in network order; depthwise kernels only if asked, because they
   * are few and much depends on them. Biases and batch norm never.
   *
   * @param excludeGlobs names of layers to leave alone; {@code *} stands for any characters, {@code
   *     ?} for one
   */
  public static List<Tensor> of(List<Tensor> all, List<String> excludeGlobs, boolean depthwise) {
    return of(all, new KernelSelection(excludeGlobs, depthwise));
  }

  /** The kernels of a selection, in network order. */
  public static List<Tensor> of(List<Tensor> all, KernelSelection selection) {
    return all.stream().filter(tensor -> selection.takes(tensor.kind(), tensor.layer())).toList();
  }

  /** Whether the whole name of a layer matches a glob of {@code *}, {@code ?} and plain text. */
  public static boolean matches(String glob, String layer) {
    return KernelSelection.matches(glob, layer);
  }
}
