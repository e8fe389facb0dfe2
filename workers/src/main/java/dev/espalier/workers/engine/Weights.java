package dev.espalier.workers.engine;

import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.Tensor.Kind;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where the values of each parameter lie in a graph's one flat array, and in that of its updater.
 * Both are read and written in canonical order, whatever the order in the graph.
 */
final class Weights {
  /**
   * @param start of the parameter in the flat array
   * @param order of its values behind {@code start}, null where it is the canonical one
   * @param state where its velocity starts in the updater's array; -1 if it is not trained
   */
  private record Slice(Parameter parameter, int start, @Nullable IntBuffer order, int state) {
    int at(int canonical) {
      return order == null ? canonical : order.get(canonical);
    }
  }

  private final Map<String, Slice> slices = new LinkedHashMap<>();
  private final FloatBuffer flat;

  /**
   * @param layout the graph's parameters, each named after its layer and its key there
   */
  Weights(ComputationGraph graph, List<Parameter> layout) {
    this(graph, layout, Map.of());
  }

  /**
   * @param channelsFirst what a dense layer reads, by the layer's name, where the graph flattens it
   *     as [height, width, channels] and the canonical order is [out, channels, height, width]
   */
  Weights(ComputationGraph graph, List<Parameter> layout, Map<String, Shape> channelsFirst) {
    flat = DenseArrays.floats(graph.params());
    long base = DenseArrays.address(graph.params());
    Map<String, Integer> states = states(graph, layout);
    for (Parameter parameter : layout) {
      INDArray view = view(graph, parameter);
      long bytes = DenseArrays.address(view) - base;
      slices.put(
          parameter.name(),
          new Slice(
              parameter,
              Math.toIntExact(bytes / Float.BYTES),
              order(parameter, view, channelsFirst.get(parameter.layer())),
              states.getOrDefault(parameter.name(), -1)));
    }
  }

  /** Copies of all values. */
  List<Tensor> read() {
    return slices.values().stream().map(slice -> slice.parameter().with(read(slice))).toList();
  }

  /**
   * Writes all values.
   *
   * @throws IllegalArgumentException if the tensors are not those of the network, in its order
   */
  void write(List<Tensor> tensors) {
    if (tensors.size() != slices.size()) {
      throw new IllegalArgumentException(
          "the network has " + slices.size() + " parameters, found " + tensors.size());
    }
    Iterator<Slice> expected = slices.values().iterator();
    for (Tensor tensor : tensors) {
      write(expected.next(), tensor);
    }
  }

  /** How many values a parameter has. */
  int size(String name) {
    return slice(name).parameter().size();
  }

  /** Whether a parameter is trained, unlike the running statistics of a batch norm. */
  boolean isTrained(String name) {
    return slice(name).parameter().trainable();
  }

  /** Positions in the flat array of values of a parameter, given by their canonical indices. */
  int[] inWeights(String name, int[] canonical) {
    Slice slice = slice(name);
    return Arrays.stream(canonical).map(i -> slice.start() + slice.at(checked(slice, i))).toArray();
  }

  /** The same in the updater's array. */
  int[] inUpdater(String name, int[] canonical) {
    Slice slice = trained(name);
    return Arrays.stream(canonical).map(i -> slice.state() + slice.at(checked(slice, i))).toArray();
  }

  /**
   * Neighbouring values that are updated alike.
   *
   * @param start in the flat array
   * @param state where their velocities start in the updater's array; -1 where they are not trained
   * @param decays whether weight decay pulls at them
   */
  record Span(int start, int size, int state, boolean decays) {
    boolean isTrained() {
      return state >= 0;
    }
  }

  /** All values, each in one span. */
  List<Span> spans() {
    return slices.values().stream()
        .map(
            slice ->
                new Span(
                    slice.start(),
                    slice.parameter().size(),
                    slice.state(),
                    slice.parameter().kind().isKernel()))
        .toList();
  }

  /** The weights themselves, not a copy. */
  FloatBuffer flat() {
    return flat;
  }

  private float[] read(Slice slice) {
    float[] values = new float[slice.parameter().size()];
    flat.get(slice.start(), values);
    if (slice.order() == null) {
      return values;
    }
    float[] canonical = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      canonical[i] = values[slice.at(i)];
    }
    return canonical;
  }

  private void write(Slice slice, Tensor tensor) {
    Parameter parameter = slice.parameter();
    if (!tensor.name().equals(parameter.name()) || !tensor.shape().equals(parameter.shape())) {
      throw new IllegalArgumentException(
          "the next parameter must be "
              + parameter.name()
              + " "
              + parameter.shape()
              + ", found "
              + tensor.name()
              + " "
              + tensor.shape());
    }
    float[] values = tensor.values();
    if (slice.order() != null) {
      values = new float[parameter.size()];
      for (int i = 0; i < values.length; i++) {
        values[slice.at(i)] = tensor.values()[i];
      }
    }
    flat.put(slice.start(), values);
  }

  private Slice slice(String name) {
    Slice slice = slices.get(name);
    if (slice == null) {
      throw new IllegalArgumentException(name + ": must be the name of a parameter of the network");
    }
    return slice;
  }

  private Slice trained(String name) {
    Slice slice = slice(name);
    if (!slice.parameter().trainable()) {
      throw new IllegalArgumentException(
          name + ": must be the name of a trainable parameter of the network");
    }
    return slice;
  }

  private static int checked(Slice slice, int index) {
    if (index < 0 || index >= slice.parameter().size()) {
      throw new IllegalArgumentException(
          slice.parameter().name()
              + ": an index must be in [0, "
              + slice.parameter().size()
              + "), found "
              + index);
    }
    return index;
  }

  /** The updater keeps one velocity for each trained value, in the order of the flat array. */
  private static Map<String, Integer> states(ComputationGraph graph, List<Parameter> layout) {
    Map<String, Integer> states = new HashMap<>();
    List<Parameter> trained =
        layout.stream()
            .filter(Parameter::trainable)
            .sorted(Comparator.comparing(parameter -> DenseArrays.address(view(graph, parameter))))
            .toList();
    int next = 0;
    for (Parameter parameter : trained) {
      states.put(parameter.name(), next);
      next += parameter.size();
    }
    return states;
  }

  private static INDArray view(ComputationGraph graph, Parameter parameter) {
    return graph.getLayer(parameter.layer()).getParam(parameter.key());
  }

  private static @Nullable IntBuffer order(
      Parameter parameter, INDArray view, @Nullable Shape flattened) {
    INDArray graphs =
        switch (parameter.kind()) {
          case CONVOLUTION, VECTOR -> view;
          // [in, out]
          case DENSE -> view.permute(1, 0);
          // [height, width, in, multiplier]
          case DEPTHWISE -> view.permute(2, 3, 0, 1);
        };
    boolean moved = flattened != null && parameter.kind() == Kind.DENSE;
    int[] order = new int[parameter.size()];
    boolean identity = true;
    for (int i = 0; i < order.length; i++) {
      order[i] = offset(graphs, moved ? channelsLast(i, Objects.requireNonNull(flattened)) : i);
      identity &= order[i] == i;
    }
    return identity ? null : IntBuffer.wrap(order);
  }

  /** The index in [out, height, width, channels] of what is at one in [out, channels, ...]. */
  private static int channelsLast(int index, Shape image) {
    int inImage = index % image.size();
    int channel = inImage / image.pixels();
    int pixel = inImage % image.pixels();
    return index - inImage + pixel * image.channels() + channel;
  }

  /** Of the value at a C-order index, behind the first. */
  private static int offset(INDArray array, int index) {
    long rest = index;
    long offset = 0;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      offset += rest % array.size(axis) * array.stride(axis);
      rest /= array.size(axis);
    }
    return Math.toIntExact(offset);
  }
}
