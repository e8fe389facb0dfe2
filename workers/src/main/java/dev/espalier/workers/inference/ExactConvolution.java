package dev.espalier.workers.inference;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.espalier.workers.onednn.ConvolutionForm;
import dev.espalier.workers.onednn.NativeBuffer;
import dev.espalier.workers.onednn.Onednn;
import dev.espalier.workers.onednn.Primitive;
import dev.espalier.workers.onednn.Reordered;
import dev.espalier.workers.onednn.ThreadScratch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/**
 * A convolution of integers that lie as floats, [batch, height, width, channels]. It adds products
 * and nothing else, so its sums are exact in any order: no bias, and no algorithm that multiplies
 * less often than the definition, such as Winograd's.
 */
final class ExactConvolution implements AutoCloseable {
  /**
   * A convolution over some of the input channels.
   *
   * @param slice copies them to a tensor of their own; null where they are all
   */
  private record Group(@Nullable Primitive slice, Primitive convolution, NativeBuffer kernel) {
    void run(long fromAt, long sliceAt, long toAt) {
      if (slice != null) {
        slice.run(fromAt, sliceAt);
      }
      convolution.run(
          slice == null ? fromAt : sliceAt,
          kernel.atLeast(convolution.bytes(DNNL_ARG_WEIGHTS)),
          toAt);
    }
  }

  private final List<Group> groups = new ArrayList<>();

  /**
   * @param weights [out, in, kernel, kernel], or [out, 1, kernel, kernel] if it is depthwise
   * @param groupEnds the input channels up to each belong to a group of their own
   * @param from logical dimensions of what it reads
   * @param to those of what it writes
   */
  ExactConvolution(
      ConvolutionForm form, byte[] weights, List<Integer> groupEnds, long[] from, long[] to) {
    if (groupEnds.size() == 1) {
      groups.add(group(form, floats(form, weights, 0, form.in()), null, from, to));
      return;
    }
    int start = 0;
    for (int end : groupEnds) {
      ConvolutionForm part =
          new ConvolutionForm(
              false, end - start, form.out(), form.kernel(), form.stride(), form.padding(), false);
      long[] partFrom = {from[0], end - start, from[2], from[3]};
      Primitive slice = slice(from, partFrom, start);
      groups.add(group(part, floats(form, weights, start, end), slice, partFrom, to));
      start = end;
    }
  }

  /** How many sums must be added for each output. */
  int groups() {
    return groups.size();
  }

  /** The bytes of the largest slice that it reads; 0 where it reads its input as it is. */
  long sliceBytes() {
    return groups.stream()
        .map(Group::slice)
        .mapToLong(slice -> slice == null ? 0 : slice.bytes(DNNL_ARG_TO))
        .max()
        .orElse(0);
  }

  /**
   * Convolves a batch.
   *
   * @param sliceAt memory for a slice
   * @param sumsAt for each group where its sums go
   */
  void run(long fromAt, long sliceAt, long[] sumsAt) {
    for (int i = 0; i < sumsAt.length; i++) {
      groups.get(i).run(fromAt, sliceAt, sumsAt[i]);
    }
  }

  /** Kernel and dimensions of each group. */
  @Override
  public String toString() {
    return groups.stream()
        .map(group -> group.convolution().toString())
        .collect(Collectors.joining(", "));
  }

  @Override
  public void close() {
    for (Group group : groups) {
      if (group.slice() != null) {
        group.slice().close();
      }
      group.convolution().close();
      group.kernel().close();
    }
  }

  private static Group group(
      ConvolutionForm form, float[] weights, @Nullable Primitive slice, long[] from, long[] to) {
    Primitive convolution =
        new Primitive(describe(form, from, to), DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST);
    NativeBuffer kernel = new NativeBuffer();
    dnnl_memory_desc_t plain =
        Onednn.memory(form.depthwise() ? dnnl_goihw : dnnl_oihw, form.kernelDims());
    long stagedAt = ThreadScratch.current().reorderedAt(0, (long) weights.length * Float.BYTES);
    NativeBuffer.floats(stagedAt, weights.length).put(weights);
    try (Primitive reorder = Reordered.reorder(plain, convolution.layout(DNNL_ARG_WEIGHTS))) {
      reorder.run(stagedAt, kernel.atLeast(convolution.bytes(DNNL_ARG_WEIGHTS)));
    }
    return new Group(slice, convolution, kernel);
  }

  private static dnnl_primitive_desc describe(ConvolutionForm form, long[] from, long[] to) {
    dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t();
    long[] strides = {form.stride(), form.stride()};
    long[] padding = {form.padding(), form.padding()};
    Onednn.check(
        dnnl_convolution_forward_desc_init(
            operation,
            dnnl_forward_inference,
            dnnl_convolution_direct,
            Onednn.memory(dnnl_nhwc, from),
            Onednn.memory(dnnl_format_tag_any, form.kernelDims()),
            null,
            Onednn.memory(dnnl_nhwc, to),
            strides,
            padding,
            padding));
    return Onednn.describe(operation, Onednn.PLAIN, null, ExactConvolution::addsProducts);
  }

  /** Whether the kernel to which oneDNN gives this name adds the products themselves. */
  static boolean addsProducts(String kernel) {
    return !kernel.contains("wino");
  }

  private static Primitive slice(long[] from, long[] part, int start) {
    dnnl_memory_desc_t channels = new dnnl_memory_desc_t();
    long[] offsets = {0, start, 0, 0};
    Onednn.check(
        dnnl_memory_desc_init_submemory(channels, Onednn.memory(dnnl_nhwc, from), part, offsets));
    return Reordered.reorder(channels, Onednn.memory(dnnl_nhwc, part));
  }

  /** The weights of the input channels [start, end). */
  private static float[] floats(ConvolutionForm form, byte[] weights, int start, int end) {
    int in = form.depthwise() ? 1 : form.in();
    int taps = form.kernel() * form.kernel();
    int from = form.depthwise() ? 0 : start * taps;
    int length = form.depthwise() ? taps : (end - start) * taps;
    float[] floats = new float[form.out() * length];
    for (int o = 0; o < form.out(); o++) {
      for (int i = 0; i < length; i++) {
        floats[o * length + i] = weights[o * in * taps + from + i];
      }
    }
    return floats;
  }
}
