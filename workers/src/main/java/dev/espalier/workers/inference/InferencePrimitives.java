package dev.espalier.workers.inference;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.espalier.workers.model.Fused;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.onednn.ImageFormat;
import dev.espalier.workers.onednn.NativeBuffer;
import dev.espalier.workers.onednn.Onednn;
import dev.espalier.workers.onednn.PadPrimitives;
import dev.espalier.workers.onednn.PoolForm;
import dev.espalier.workers.onednn.Primitive;
import dev.espalier.workers.onednn.Reordered;
import dev.espalier.workers.onednn.ThreadScratch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;
import org.bytedeco.dnnl.dnnl_memory_desc_t;

/**
 * The primitives that predict for one number of images, in their order. What passes between them
 * stays in the formats that they choose, in memory that is used again as soon as nothing reads it.
 */
final class InferencePrimitives implements AutoCloseable {
  /**
   * What a row gives.
   *
   * @param start where it lies in the arena
   */
  private record Value(dnnl_memory_desc_t format, long start) {}

  /** The start of a value whose place another one has taken. */
  private static final long TAKEN_OVER = -1;

  private final int batch;
  private final Map<String, Shape> shapes;
  private final Map<String, FoldedKernel> kernels;

  /** Each gets the address of the arena. */
  private final List<LongConsumer> steps = new ArrayList<>();

  private final List<Runnable> closers = new ArrayList<>();
  private final Arena arena = new Arena();
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final long inputStart;
  private final int inputLength;
  private final long outputStart;
  private final int outputLength;

  /**
   * @param rows of the network
   * @param kernels of the rows that have one, by their names; they are asked for formats
   */
  InferencePrimitives(
      Network network, List<Fused> rows, Map<String, FoldedKernel> kernels, int batch) {
    this.batch = batch;
    this.kernels = kernels;
    shapes = network.shapes();
    rows.forEach(row -> row.inputs().forEach(name -> readers.merge(name, 1, Integer::sum)));
    String output = rows.get(rows.size() - 1).name();
    readers.put(output, 1);
    inputLength = Math.multiplyExact(batch, network.input().size());
    inputStart = arena.take((long) inputLength * Float.BYTES);
    put(Network.INPUT, Onednn.memory(dnnl_nhwc, dims(Network.INPUT)), inputStart);
    for (Fused row : rows) {
      add(row);
      row.inputs().forEach(this::read);
    }
    outputStart = value(output).start();
    outputLength = batch * network.classes();
  }

  /**
   * Predicts.
   *
   * @param images [count, height, width, channels], of which it reads a batch
   * @param from the first image of the batch
   * @param probabilities [count, classes], of which it writes a batch
   */
  void run(float[] images, int from, float[] probabilities) {
    long arenaAt = ThreadScratch.current().activationsAt(arena.bytes());
    NativeBuffer.floats(arenaAt + inputStart, inputLength)
        .put(images, from * (inputLength / batch), inputLength);
    steps.forEach(step -> step.accept(arenaAt));
    NativeBuffer.floats(arenaAt + outputStart, outputLength)
        .get(probabilities, from * (outputLength / batch), outputLength);
  }

  @Override
  public void close() {
    closers.forEach(Runnable::run);
  }

  private void add(Fused row) {
    if (row.row() instanceof Layer.Pad pad) {
      pad(row, pad.padding());
    } else if (row.row() instanceof Pool pool) {
      pool(row, PoolForm.of(pool));
    } else if (row.row() instanceof Layer.GlobalAveragePool pool) {
      Shape from = shape(pool.input());
      pool(row, PoolForm.mean(from.height(), from.width()));
    } else if (row.row() instanceof Layer.Add) {
      sum(row);
    } else if (row.row() instanceof Layer.Dense dense) {
      dense(row, dense.out());
    } else if (row.row() instanceof Layer.Output output) {
      dense(row, output.classes());
      long start = value(row.name()).start();
      step(Forward.softmax(batch, output.classes()), in(start), in(start));
    } else {
      convolution(row);
    }
  }

  private void convolution(Fused row) {
    String input = row.inputs().get(0);
    Primitive primitive =
        Forward.convolution(
            FoldedKernel.form(row.row()),
            value(input).format(),
            dims(input),
            dims(row.name()),
            row.addend() != null,
            row.activation());
    dnnl_memory_desc_t format = primitive.layout(DNNL_ARG_DST);
    Value from = in(primitive.layout(DNNL_ARG_SRC), value(input));
    long to =
        row.addend() == null
            ? arena.take(primitive.bytes(DNNL_ARG_DST))
            : takeOver(row.addend(), input, format);
    kernelStep(row, primitive, from, to);
    put(row.name(), format, to);
    release(from, input);
  }

  private void dense(Fused row, int out) {
    String input = row.inputs().get(0);
    Primitive primitive = Forward.dense(dims(input), out, row.activation());
    Value from = in(primitive.layout(DNNL_ARG_SRC), value(input));
    long to = arena.take(primitive.bytes(DNNL_ARG_DST));
    kernelStep(row, primitive, from, to);
    put(row.name(), Onednn.memory(dnnl_nhwc, dims(row.name())), to);
    release(from, input);
  }

  private void kernelStep(Fused row, Primitive primitive, Value from, long to) {
    FoldedKernel kernel = Objects.requireNonNull(kernels.get(row.name()), row.name());
    long kernelAt = kernel.kernelAt(primitive.layout(DNNL_ARG_WEIGHTS));
    long biasAt = kernel.biasAt();
    step(primitive, in(from.start()), at -> kernelAt, at -> biasAt, in(to));
  }

  private void pool(Fused row, PoolForm form) {
    Value from = value(row.inputs().get(0));
    Primitive primitive = Forward.pooling(form, from.format(), dims(row.name()));
    long to = arena.take(primitive.bytes(DNNL_ARG_DST));
    step(primitive, in(from.start()), in(to));
    put(row.name(), primitive.layout(DNNL_ARG_DST), to);
  }

  private void pad(Fused row, Padding padding) {
    String input = row.inputs().get(0);
    Shape image = shape(input);
    ImageFormat images = ImageFormat.plain(batch, image.channels(), image.height(), image.width());
    Value from = value(input);
    PadPrimitives primitives = new PadPrimitives(padding, images, from.format());
    long to = arena.take(primitives.output().length() * Float.BYTES);
    steps.add(arenaAt -> primitives.forward(arenaAt + from.start(), arenaAt + to));
    closers.add(primitives::close);
    put(row.name(), primitives.output().memory(), to);
  }

  private void sum(Fused row) {
    Value left = value(row.inputs().get(0));
    String other = row.inputs().get(1);
    Primitive primitive = Forward.sum(left.format(), row.activation());
    Value right = in(left.format(), value(other));
    long to = arena.take(primitive.bytes(DNNL_ARG_DST));
    step(primitive, in(left.start()), in(right.start()), in(to));
    put(row.name(), left.format(), to);
    release(right, other);
  }

  /** A value in another format; itself if that is its own. */
  private Value in(dnnl_memory_desc_t format, Value value) {
    return dnnl_memory_desc_equal(format, value.format()) != 0 ? value : copy(format, value);
  }

  private Value copy(dnnl_memory_desc_t format, Value value) {
    Value copy = new Value(format, arena.take(dnnl_memory_desc_get_size(format)));
    step(Reordered.reorder(value.format(), format), in(value.start()), in(copy.start()));
    return copy;
  }

  /** Where a value lies that may be overwritten: itself if nothing else reads it, else a copy. */
  private long takeOver(String name, String input, dnnl_memory_desc_t format) {
    Value value = value(name);
    boolean free = readers.getOrDefault(name, 0) == 1 && !name.equals(input);
    if (free && dnnl_memory_desc_equal(format, value.format()) != 0) {
      values.put(name, new Value(format, TAKEN_OVER));
      return value.start();
    }
    return copy(format, value).start();
  }

  /** Frees a copy. */
  private void release(Value used, String name) {
    if (used.start() != value(name).start()) {
      arena.free(used.start());
    }
  }

  private void read(String name) {
    int left = readers.getOrDefault(name, 0) - 1;
    readers.put(name, left);
    long start = value(name).start();
    if (left == 0 && start != TAKEN_OVER) {
      arena.free(start);
    }
  }

  private static LongUnaryOperator in(long start) {
    return arenaAt -> arenaAt + start;
  }

  /**
   * Runs a primitive.
   *
   * @param arguments their addresses, given that of the arena
   */
  private void step(Primitive primitive, LongUnaryOperator... arguments) {
    long[] addresses = new long[arguments.length];
    steps.add(
        arenaAt -> {
          Arrays.setAll(addresses, i -> arguments[i].applyAsLong(arenaAt));
          primitive.run(addresses);
        });
    closers.add(primitive::close);
  }

  private void put(String name, dnnl_memory_desc_t format, long start) {
    values.put(name, new Value(format, start));
  }

  private Value value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private long[] dims(String name) {
    return Forward.dims(batch, shape(name));
  }

  private Shape shape(String name) {
    return Objects.requireNonNull(shapes.get(name), name);
  }
}
