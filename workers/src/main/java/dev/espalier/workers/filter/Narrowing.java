package dev.espalier.workers.filter;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A network without some of its channels. Names stay the same; the rows that have or read the
 * channels become narrower, and so do their parameters.
 *
 * @param network the narrower table
 * @param origins for each parameter that loses values, by name: the ascending indices of the
 *     remaining values in the old parameter
 */
public record Narrowing(Network network, Map<String, int[]> origins) {

  /**
   * The narrowed network.
   *
   * @param kept the remaining channels of a group, at least one; groups without an entry keep all
   */
  public static Narrowing of(Network wide, ChannelGroups groups, Map<ChannelGroup, BitSet> kept) {
    kept.forEach(Narrowing::requireSome);
    Map<String, Shape> shapes = wide.shapes();
    List<Layer> rows = new ArrayList<>();
    Map<String, int[]> origins = new HashMap<>();
    for (Layer row : wide.layers()) {
      String input = row.inputs().get(0);
      int[] out = channels(groups.of(row.name()), kept);
      int[] in = channels(groups.of(input), kept);
      Shape from = Objects.requireNonNull(shapes.get(input));
      rows.add(NarrowRow.of(row, in.length, out.length, from.pixels()));
      Shape to = Objects.requireNonNull(shapes.get(row.name()));
      for (Parameter parameter : row.parameters(to)) {
        int[] origin = origin(parameter, out, columns(row, parameter, in, from));
        if (origin.length < parameter.size()) {
          origins.put(parameter.name(), origin);
        }
      }
    }
    return new Narrowing(new Network(wide.height(), wide.width(), wide.channels(), rows), origins);
  }

  /**
   * The parameters of the narrower network; parameters that lose nothing are those of the wide
   * network.
   */
  public List<Tensor> of(List<Tensor> wide) {
    Map<String, Parameter> layout = new LinkedHashMap<>();
    network.layout().forEach(parameter -> layout.put(parameter.name(), parameter));
    return wide.stream()
        .map(
            tensor -> {
              int[] origin = origins.get(tensor.name());
              return origin == null
                  ? tensor
                  : Objects.requireNonNull(layout.get(tensor.name()))
                      .with(at(origin, tensor.values()));
            })
        .toList();
  }

  private static float[] at(int[] origin, float[] values) {
    float[] left = new float[origin.length];
    for (int i = 0; i < left.length; i++) {
      left[i] = values[origin[i]];
    }
    return left;
  }

  private static void requireSome(ChannelGroup group, BitSet kept) {
    if (kept.isEmpty()
        || kept.length() > group.channels()
        || (group.fixed() && kept.cardinality() < group.channels())) {
      throw new IllegalArgumentException(
          "%s: must keep %s of the %d channels, found %s"
              .formatted(group.name(), group.fixed() ? "all" : "some", group.channels(), kept));
    }
  }

  private static int[] channels(ChannelGroup group, Map<ChannelGroup, BitSet> kept) {
    BitSet some = kept.get(group);
    return some == null ? range(group.channels()) : some.stream().toArray();
  }

  /** The remaining values of each output of a parameter, as ascending indices. */
  private static int[] columns(Layer row, Parameter parameter, int[] in, Shape from) {
    int each = parameter.size() / parameter.shape().get(0);
    if (!parameter.kind().isKernel() || row instanceof Layer.Depthwise) {
      return range(each);
    }
    return row instanceof Layer.Convolution
        // [in, height, width]
        ? product(in, each / from.channels(), range(each / from.channels()))
        // [height, width, in]
        : product(range(from.pixels()), from.channels(), in);
  }

  /** The flat index of each value of these outputs and columns. */
  private static int[] origin(Parameter parameter, int[] out, int[] columns) {
    return product(out, parameter.size() / parameter.shape().get(0), columns);
  }

  private static int[] range(int count) {
    return IntStream.range(0, count).toArray();
  }

  private static int[] product(int[] outer, int stride, int[] inner) {
    int[] indices = new int[Math.multiplyExact(outer.length, inner.length)];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = outer[i / inner.length] * stride + inner[i % inner.length];
    }
    return indices;
  }
}
