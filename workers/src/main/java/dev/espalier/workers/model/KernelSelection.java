package dev.espalier.workers.model;

import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The kernels of a network that a step touches: those of convolutions and dense layers, and of
 * depthwise convolutions only if asked, because they are few and much depends on them.
 *
 * @param layers globs of the names of its layers; {@code *} stands for any characters, {@code ?}
 *     for one; empty for all layers
 * @param exclude globs of the names of layers to leave alone
 */
public record KernelSelection(List<String> layers, List<String> exclude, boolean depthwise)
    implements Serializable {
  /** The glob that stands for the layers of the classifier. */
  private static final String HEAD = "head";

  public KernelSelection {
    layers = List.copyOf(layers);
    exclude = List.copyOf(exclude);
  }

  /** The kernels of all layers but the excluded ones. */
  public KernelSelection(List<String> exclude, boolean depthwise) {
    this(List.of(), exclude, depthwise);
  }

  /** All kernels but the depthwise ones. */
  public static KernelSelection standard() {
    return new KernelSelection(List.of(), false);
  }

  /** Its lines of canonical texts. */
  public String canonical() {
    return "exclude "
        + String.join(",", exclude)
        + "\ndepthwise "
        + depthwise
        + (layers.isEmpty() ? "" : "\nlayers " + String.join(",", layers));
  }

  /**
   * The same in a network: {@code head} stands for its classifier, unless a layer is named so.
   *
   * @param classifier names of its layers with a kernel; where there are none, {@code head} is
   *     nobody's name
   */
  public KernelSelection in(List<Parameter> network, List<String> classifier) {
    if (classifier.isEmpty()
        || network.stream().anyMatch(p -> p.kind().isKernel() && p.layer().equals(HEAD))) {
      return this;
    }
    Function<String, Stream<String>> named =
        glob -> glob.equals(HEAD) ? classifier.stream() : Stream.of(glob);
    return new KernelSelection(
        layers.stream().flatMap(named).toList(),
        exclude.stream().flatMap(named).toList(),
        depthwise);
  }

  /** The same but for depthwise kernels. */
  public KernelSelection withoutDepthwise() {
    return new KernelSelection(layers, exclude, false);
  }

  /** Whether a glob names a layer of any network. */
  public static boolean isHead(String glob) {
    return glob.equals(HEAD);
  }

  /** The kernels among some parameters, in their order. */
  public List<Tensor> of(List<Tensor> tensors) {
    return tensors.stream().filter(tensor -> takes(tensor.kind(), tensor.layer())).toList();
  }

  /** Whether the step touches a parameter of this kind in this layer. */
  public boolean takes(Tensor.Kind kind, String layer) {
    return kind.isKernel()
        && (depthwise || kind != Tensor.Kind.DEPTHWISE)
        && (layers.isEmpty() || layers.stream().anyMatch(glob -> matches(glob, layer)))
        && exclude.stream().noneMatch(glob -> matches(glob, layer));
  }

  /** The number of weights in the largest kernel that the step touches; 0 if it touches none. */
  public int largest(List<Parameter> parameters) {
    return parameters.stream()
        .filter(parameter -> takes(parameter.kind(), parameter.layer()))
        .mapToInt(Parameter::size)
        .max()
        .orElse(0);
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
