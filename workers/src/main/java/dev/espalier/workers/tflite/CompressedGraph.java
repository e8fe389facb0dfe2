package dev.espalier.workers.tflite;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph whose kernels of 8-bit integers are stored encoded where that is shorter. An operator
 * decodes each right before the one that reads it, so that kernels lie in the arena one at a time.
 */
final class CompressedGraph {
  /** What a kernel's operator and its additional tensor take in a file, at most, in bytes. */
  static final int OVERHEAD = 128;

  private final List<GraphTensor> tensors;
  private final List<Graph.Step> steps = new ArrayList<>();

  private CompressedGraph(Graph graph) {
    tensors = new ArrayList<>(graph.tensors());
  }

  /** The compressed graph; one without a step more is as it was. */
  static Graph of(Graph graph) {
    CompressedGraph compressed = new CompressedGraph(graph);
    for (Graph.Step step : graph.steps()) {
      compressed.add(step);
    }
    return new Graph(compressed.tensors, compressed.steps, graph.input(), graph.output());
  }

  private void add(Graph.Step step) {
    if (step.operator() instanceof Operator.Convolution
        || step.operator() instanceof Operator.FullyConnected) {
      int index = step.inputs().get(1);
      GraphTensor kernel = tensors.get(index);
      EncodedKernel encoded = shorter(kernel);
      if (encoded != null) {
        tensors.set(
            index,
            GraphTensor.computed(
                kernel.name(), kernel.type(), kernel.shape(), kernel.quantization()));
        steps.add(
            new Graph.Step(
                new Operator.Decode(),
                List.of(bytes(encoded.encoded()), bytes(encoded.ancillary())),
                index));
      }
    }
    steps.add(step);
  }

  private static @Nullable EncodedKernel shorter(GraphTensor kernel) {
    byte[] integers = kernel.data();
    Quantization quantization = kernel.quantization();
    if (integers == null || quantization == null) {
      return null;
    }
    EncodedKernel encoded = EncodedKernel.shortest(integers, channels(quantization));
    return encoded.bytes() + OVERHEAD < integers.length ? encoded : null;
  }

  private static EncodedKernel.Channels channels(Quantization quantization) {
    return new EncodedKernel.Channels(quantization.scales().size(), quantization.dimension() > 0);
  }

  private int bytes(byte[] data) {
    tensors.add(new GraphTensor("", ElementType.UINT8, List.of(data.length), null, data));
    return tensors.size() - 1;
  }
}
