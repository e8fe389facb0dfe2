package dev.espalier.workers.inference;

import dev.espalier.workers.int8.Clamp;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.onednn.NativeBuffer;
import dev.espalier.workers.onednn.ThreadScratch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The operations of an integer network for one number of images, up to its logits, in their order.
 * What passes between them are integers less their zero points, as floats, in [batch, height,
 * width, channels], in memory that is used again as soon as nothing reads it.
 */
final class IntegerSteps implements AutoCloseable {
  /**
   * What an operation gives.
   *
   * @param start where it lies in the arena, in bytes
   */
  private record Value(long start, Shape shape, IntegerRange range) {
    int index() {
      return (int) (start / Float.BYTES);
    }
  }

  /** A part of the work, given the arena as floats and its address. */
  private interface Step {
    void run(FloatBuffer memory, long memoryAt);
  }

  private final int batch;
  private final List<Step> steps = new ArrayList<>();
  private final List<ExactLayer> layers = new ArrayList<>();
  private final Arena arena = new Arena();
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final Value pixels;
  private final Value logits;

  IntegerSteps(IntegerNetwork network, int batch) {
    this.batch = batch;
    network.ops().forEach(op -> op.inputs().forEach(name -> readers.merge(name, 1, Integer::sum)));
    Clamp bytes = new Clamp(Byte.MIN_VALUE, Byte.MAX_VALUE);
    pixels =
        put(IntegerNetwork.PIXELS, network.image(), new IntegerRange(IntegerNetwork.PIXEL, bytes));
    for (IntegerOp op : network.ops()) {
      add(op);
      op.inputs().forEach(this::read);
    }
    logits = value(network.logits().name());
  }

  /**
   * The logits less their zero point, [batch, classes].
   *
   * @param images less the zero point of pixels, [batch, height, width, channels]
   */
  float[] run(float[] images) {
    long memoryAt = ThreadScratch.current().activationsAt(arena.bytes());
    FloatBuffer memory = NativeBuffer.floats(memoryAt, arena.bytes() / Float.BYTES).asBuffer();
    memory.put(pixels.index(), images);
    steps.forEach(step -> step.run(memory, memoryAt));
    float[] result = new float[batch * logits.shape().size()];
    memory.get(logits.index(), result);
    return result;
  }

  @Override
  public void close() {
    layers.forEach(ExactLayer::close);
  }

  private void add(IntegerOp op) {
    if (op instanceof IntegerOp.Convolution convolution) {
      Value from = value(convolution.input());
      layer(op, from, ExactLayer.of(convolution, from.shape(), from.range(), batch));
    } else if (op instanceof IntegerOp.Dense dense) {
      Value from = value(dense.input());
      layer(op, from, ExactLayer.of(dense, from.shape(), from.range(), batch));
    } else if (op instanceof IntegerOp.Add sum) {
      sum(sum);
    } else if (!(op instanceof IntegerOp.Softmax)) {
      moved(op);
    }
  }

  /** What keeps the meaning of integers: padding and pools. */
  private void moved(IntegerOp op) {
    Value from = value(op.inputs().get(0));
    Value to = put(op.name(), op.shape(), from.range());
    ImageStep images = new ImageStep(op, from.shape());
    steps.add((memory, at) -> images.run(memory, from.index(), to.index(), batch));
  }

  private void layer(IntegerOp op, Value from, ExactLayer layer) {
    layers.add(layer);
    Value to = put(op.name(), op.shape(), layer.range());
    List<Long> scratch = layer.scratchBytes().stream().map(arena::take).toList();
    steps.add((memory, at) -> layer.run(memory, at, from.start(), to.start(), scratch));
    scratch.forEach(arena::free);
  }

  private void sum(IntegerOp.Add op) {
    Value left = value(op.left());
    Value right = value(op.right());
    SumTable table = new SumTable(op, left.range().affine(), right.range().affine());
    Clamp clamp = Clamp.of(op.activation(), op.affine());
    Value to = put(op.name(), op.shape(), new IntegerRange(op.affine(), clamp));
    int length = batch * op.shape().size();
    steps.add((memory, at) -> table.apply(memory, left.index(), right.index(), to.index(), length));
  }

  private Value put(String name, Shape shape, IntegerRange range) {
    long start = arena.take((long) batch * shape.size() * Float.BYTES);
    Value value = new Value(start, shape, range);
    values.put(name, value);
    return value;
  }

  private void read(String name) {
    if (readers.merge(name, -1, Integer::sum) == 0) {
      arena.free(value(name).start());
    }
  }

  private Value value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }
}
