package dev.espalier.workers.tflite;

import dev.espalier.workers.quantize.Affine;
import java.util.ArrayList;
import java.util.List;

/**
 * A graph for phones: libraries there know images and probabilities of unsigned bytes and of
 * floats, but none of signed bytes.
 */
final class PhoneGraph {
  /** Pixels as they are. */
  private static final Affine PIXEL = new Affine(1, 0);

  private static final Affine PROBABILITY = new Affine(1f / 256, 0);

  private PhoneGraph() {}

  /** The same graph with unsigned bytes where its input and its output are signed ones. */
  static Graph of(Graph graph) {
    List<GraphTensor> tensors = new ArrayList<>(graph.tensors());
    List<Graph.Step> steps = new ArrayList<>(graph.steps());
    int input = graph.input();
    if (steps.get(0).operator() instanceof Operator.Dequantize) {
      tensors.set(input, unsigned(tensors.get(input), PIXEL));
    } else {
      input = outside(tensors, graph.input(), PIXEL);
      steps.add(0, new Graph.Step(new Operator.Quantize(), List.of(input), graph.input()));
    }
    int output = graph.output();
    if (tensors.get(output).type() == ElementType.INT8) {
      output = outside(tensors, graph.output(), PROBABILITY);
      steps.add(new Graph.Step(new Operator.Quantize(), List.of(graph.output()), output));
    }
    return new Graph(tensors, steps, input, output);
  }

  /** Adds an unsigned tensor, which takes over the name of the signed one that it stands for. */
  private static int outside(List<GraphTensor> tensors, int signed, Affine affine) {
    GraphTensor inside = tensors.get(signed);
    tensors.set(
        signed,
        GraphTensor.computed(
            inside.name() + "/int8", inside.type(), inside.shape(), inside.quantization()));
    tensors.add(unsigned(inside, affine));
    return tensors.size() - 1;
  }

  private static GraphTensor unsigned(GraphTensor signed, Affine affine) {
    Quantization quantization = new Quantization(List.of(affine.scale()), affine.zeroPoint(), 0);
    return GraphTensor.computed(signed.name(), ElementType.UINT8, signed.shape(), quantization);
  }
}
