package dev.espalier.workers.tflite;

import dev.espalier.workers.model.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tensors and operators of a graph that is being written; tensors are named by index. */
final class GraphDraft {
  private final List<GraphTensor> tensors = new ArrayList<>();
  private final List<Graph.Step> steps = new ArrayList<>();

  /** The graph; the last operator gives its output. */
  Graph graph(int input) {
    return new Graph(tensors, steps, input, steps.get(steps.size() - 1).output());
  }

  GraphTensor tensor(int index) {
    return tensors.get(index);
  }

  /** The shape of an image. */
  Shape shape(int image) {
    List<Integer> shape = tensors.get(image).shape();
    return new Shape(shape.get(1), shape.get(2), shape.get(3));
  }

  int add(GraphTensor tensor) {
    tensors.add(tensor);
    return tensors.size() - 1;
  }

  int constant(
      String name,
      ElementType type,
      List<Integer> shape,
      @Nullable Quantization quantization,
      byte[] data) {
    return add(new GraphTensor(name, type, shape, quantization, data));
  }

  /** Adds an operator and what it gives. */
  int step(Operator operator, List<Integer> inputs, GraphTensor gives) {
    int output = add(gives);
    steps.add(new Graph.Step(operator, inputs, output));
    return output;
  }
}
