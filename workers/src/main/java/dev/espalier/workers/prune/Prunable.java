package dev.espalier.workers.prune;

import dev.espalier.workers.model.Tensor;
import java.util.List;
import java.util.regex.Pattern;

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
    return all.stream()
        .filter(tensor -> tensor.kind().isKernel())
        .filter(tensor -> depthwise || tensor.kind() != Tensor.Kind.DEPTHWISE)
        .filter(tensor -> excludeGlobs.stream().noneMatch(glob -> matches(glob, tensor.layer())))
        .toList();
  }

  /** Whether the whole name of a layer matches a glob of {@code *}, {@code ?} and plain text. */
  public static boolean matches(String glob, String layer) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      regex.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(layer).matches();
  }
}
