package dev.espalier.workers.inference;

import dev.espalier.workers.int8.Clamp;
import dev.espalier.workers.int8.IntegerOp;
import dev.espalier.workers.int8.Requantization;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.onednn.ConvolutionForm;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A convolution or a dense layer of integers for a number of images: its products are added by
 * oneDNN, its sums scaled in Java.
 */
final class ExactLayer implements AutoCloseable {
  private final ExactConvolution convolution;
  private final ChannelScaling scaling;
  private final IntegerRange range;
  private final int length;

  private ExactLayer(
      ExactConvolution convolution, ChannelScaling scaling, IntegerRange range, int length) {
    this.convolution = convolution;
    this.scaling = scaling;
    this.range = range;
    this.length = length;
  }

  /**
   * @param image the shape of what it reads
   * @param from the integers of what it reads
   */
  static ExactLayer of(IntegerOp.Convolution op, Shape image, IntegerRange from, int batch) {
    int in = image.channels();
    int out = op.shape().channels();
    ExactSums sums =
        new ExactSums(op.weights(), out, op.depthwise() ? 1 : in, from.low(), from.high());
    ExactConvolution convolution =
        new ExactConvolution(
            new ConvolutionForm(
                op.depthwise(), in, out, op.kernel(), op.stride(), op.padding(), false),
            op.weights(),
            sums.groupEnds(),
            Forward.dims(batch, image),
            Forward.dims(batch, op.shape()));
    List<Requantization> factors =
        IntStream.range(0, out).mapToObj(c -> Requantization.of(op, from.affine(), c)).toList();
    IntegerRange to = new IntegerRange(op.affine(), Clamp.of(op.activation(), op.affine()));
    ChannelScaling scaling = new ChannelScaling(factors, op.bias(), sums, to);
    return new ExactLayer(convolution, scaling, to, batch * op.shape().size());
  }

  /**
   * As a convolution of 1x1 over a single image whose pixels are the images of the batch.
   *
   * @param image the shape of what it reads
   * @param from the integers of what it reads
   */
  static ExactLayer of(IntegerOp.Dense op, Shape image, IntegerRange from, int batch) {
    int in = image.size();
    int out = op.shape().size();
    ExactSums sums = new ExactSums(op.weights(), out, in, from.low(), from.high());
    ExactConvolution convolution =
        new ExactConvolution(
            new ConvolutionForm(false, in, out, 1, 1, 0, false),
            op.weights(),
            sums.groupEnds(),
            new long[] {1, in, batch, 1},
            new long[] {1, out, batch, 1});
    List<Requantization> factors = Collections.nCopies(out, Requantization.of(op, from.affine()));
    IntegerRange to = new IntegerRange(op.affine(), Clamp.of(op.activation(), op.affine()));
    ChannelScaling scaling = new ChannelScaling(factors, op.bias(), sums, to);
    return new ExactLayer(convolution, scaling, to, batch * out);
  }

  /** The integers that it gives. */
  IntegerRange range() {
    return range;
  }

  /** The bytes of each piece of memory that it needs besides that of its input and its output. */
  List<Long> scratchBytes() {
    List<Long> bytes = new ArrayList<>();
    if (convolution.groups() > 1) {
      bytes.add(convolution.sliceBytes());
      bytes.addAll(Collections.nCopies(convolution.groups() - 1, (long) length * Float.BYTES));
    }
    return bytes;
  }

  /**
   * Computes.
   *
   * @param memory what lies at {@code memoryAt}; places in it are bytes from there
   */
  void run(FloatBuffer memory, long memoryAt, long from, long to, List<Long> scratch) {
    long[] sums =
        LongStream.concat(LongStream.of(to), scratch.stream().skip(1).mapToLong(Long::longValue))
            .toArray();
    long sliceAt = scratch.isEmpty() ? 0 : memoryAt + scratch.get(0);
    convolution.run(
        memoryAt + from, sliceAt, LongStream.of(sums).map(start -> memoryAt + start).toArray());
    int[] indices = LongStream.of(sums).mapToInt(start -> (int) (start / Float.BYTES)).toArray();
    scaling.apply(memory, indices, length);
  }

  @Override
  public void close() {
    convolution.close();
  }
}
