package dev.espalier.workers.engine;

import dev.espalier.workers.engine.Recognition.Recognized;
import dev.espalier.workers.model.Fused;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Predictions of a table's network on oneDNN, without Deeplearning4j: batch norm is folded into the
 * convolutions before it, and sums and activations are computed where the convolution writes.
 */
final class Inference implements AutoCloseable {
  private final Network network;
  private final List<Fused> rows;
  private final Supplier<List<Tensor>> parameters;
  private final Map<String, FoldedKernel> kernels = new HashMap<>();
  private final Plans<InferencePlan> plans = new Plans<>();
  private boolean stale = true;

  /**
   * @param parameters reads them as they are
   */
  Inference(Recognized table, Supplier<List<Tensor>> parameters) {
    network = table.network();
    rows = Fused.of(network);
    this.parameters = parameters;
    Map<String, Shape> shapes = network.shapes();
    for (Fused row : rows) {
      boolean has =
          !(row.row() instanceof Layer.Add
              || row.row() instanceof Layer.MaxPool
              || row.row() instanceof Layer.GlobalAveragePool);
      if (has) {
        Shape from = Objects.requireNonNull(shapes.get(row.inputs().get(0)));
        boolean channelsFirst = table.channelsFirst().containsKey(row.row().name());
        kernels.put(row.name(), new FoldedKernel(row, from, channelsFirst));
      }
    }
  }

  /** The next prediction must read the parameters again. */
  void parametersChanged() {
    stale = true;
  }

  /** Probabilities, [count, classes], of images in [count, height, width, channels]. */
  float[] predict(float[] images, int count) {
    InferencePlan plan =
        plans.at(
            new Extent(count, network.channels(), network.height(), network.width(), false),
            this::plan);
    if (stale) {
      Map<String, Tensor> byName = new HashMap<>();
      parameters.get().forEach(tensor -> byName.put(tensor.name(), tensor));
      kernels.values().forEach(kernel -> kernel.write(byName));
      stale = false;
    }
    return plan.run(images);
  }

  private InferencePlan plan(Extent at) {
    int before = formats();
    InferencePlan plan = new InferencePlan(network, rows, kernels, at.batch());
    // A plan may want kernels in formats that no earlier one wanted.
    stale |= formats() > before;
    return plan;
  }

  private int formats() {
    return kernels.values().stream().mapToInt(FoldedKernel::formats).sum();
  }

  @Override
  public void close() {
    plans.close();
    kernels.values().forEach(FoldedKernel::close);
  }
}
