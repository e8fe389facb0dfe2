package dev.espalier.workers.inference;

import dev.espalier.workers.model.Fused;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.onednn.ImageFormat;
import dev.espalier.workers.onednn.PrimitiveCache;
import dev.espalier.workers.onednn.Winograd;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Predictions of a table's network on oneDNN, without Deeplearning4j: batch norm is folded into the
 * convolutions before it, and sums and activations are computed where the convolution writes.
 */
public final class Inference implements AutoCloseable {
  // Other numbers change the last bits of probabilities: then the engine's label must rise.

  /** Measured: with more, what passes between the rows does not stay in the processor's caches. */
  private static final int IMAGES_AT_ONCE = 16;

  /** Measured: with fewer, transforming the kernel costs more than the caches give. */
  private static final int IMAGES_AT_ONCE_WITH_WINOGRAD = 64;

  private final Network network;
  private final List<Fused> rows;
  private final Supplier<List<Tensor>> parameters;
  private final Map<String, FoldedKernel> kernels = new HashMap<>();
  private final PrimitiveCache<InferencePrimitives> cache = new PrimitiveCache<>();
  private final int imagesAtOnce;
  private boolean stale = true;

  /**
   * @param channelsFirst the rows that read their input flattened as [channels, height, width]
   * @param parameters reads them as they are
   */
  public Inference(Network network, Set<String> channelsFirst, Supplier<List<Tensor>> parameters) {
    this.network = network;
    rows = Fused.of(network);
    this.parameters = parameters;
    imagesAtOnce =
        rows.stream().anyMatch(Inference::mayUseWinograd)
            ? IMAGES_AT_ONCE_WITH_WINOGRAD
            : IMAGES_AT_ONCE;
    Map<String, Shape> shapes = network.shapes();
    for (Fused row : rows) {
      boolean has =
          !(row.row() instanceof Layer.Add
              || row.row() instanceof Layer.Pad
              || row.row() instanceof Pool
              || row.row() instanceof Layer.GlobalAveragePool);
      if (has) {
        Shape from = Objects.requireNonNull(shapes.get(row.inputs().get(0)));
        boolean first = channelsFirst.contains(row.row().name());
        kernels.put(row.name(), new FoldedKernel(row, from, first));
      }
    }
  }

  private static boolean mayUseWinograd(Fused row) {
    return row.row() instanceof Layer.Convolution && Winograd.mayPay(FoldedKernel.form(row.row()));
  }

  /** The next prediction must read the parameters again. */
  public void parametersChanged() {
    stale = true;
  }

  /** Probabilities, [count, classes], of images in [count, height, width, channels]. */
  public float[] predict(float[] images, int count) {
    float[] probabilities = new float[count * network.classes()];
    for (int from = 0; from < count; from += imagesAtOnce) {
      ready(Math.min(imagesAtOnce, count - from)).run(images, from, probabilities);
    }
    return probabilities;
  }

  private InferencePrimitives ready(int count) {
    InferencePrimitives primitives =
        cache.at(
            ImageFormat.plain(count, network.channels(), network.height(), network.width()),
            this::primitives);
    if (stale) {
      Map<String, Tensor> byName = new HashMap<>();
      parameters.get().forEach(tensor -> byName.put(tensor.name(), tensor));
      kernels.values().forEach(kernel -> kernel.write(byName));
      stale = false;
    }
    return primitives;
  }

  private InferencePrimitives primitives(ImageFormat at) {
    int before = formats();
    InferencePrimitives primitives = new InferencePrimitives(network, rows, kernels, at.batch());
    // Other primitives than before may want kernels in other formats.
    stale |= formats() > before;
    return primitives;
  }

  private int formats() {
    return kernels.values().stream().mapToInt(FoldedKernel::formats).sum();
  }

  @Override
  public void close() {
    cache.close();
    kernels.values().forEach(FoldedKernel::close);
  }
}
