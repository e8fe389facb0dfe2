package dev.espalier.workers.inference;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.espalier.workers.model.Folding;
import dev.espalier.workers.model.Fused;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.onednn.ConvolutionForm;
import dev.espalier.workers.onednn.NativeBuffer;
import dev.espalier.workers.onednn.Onednn;
import dev.espalier.workers.onednn.Primitive;
import dev.espalier.workers.onednn.Reordered;
import dev.espalier.workers.onednn.ThreadScratch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory_desc_t;

/**
 * A {@link Folding} in native memory, in the formats that primitives want. A batch norm by itself
 * is a depthwise convolution of one pixel.
 */
final class FoldedKernel implements AutoCloseable {
  private final Fused fused;
  private final int out;
  private final dnnl_memory_desc_t canonical;
  private final long bytes;
  private final NativeBuffer bias = new NativeBuffer();
  private final List<Packed> packed = new ArrayList<>();

  /** The kernel in one format. */
  private record Packed(Primitive reorder, NativeBuffer memory) {
    long address() {
      return memory.atLeast(reorder.bytes(DNNL_ARG_TO));
    }
  }

  /**
   * @param from what the row reads
   * @param channelsFirst whether a dense kernel has its inputs as [channels, height, width]
   */
  FoldedKernel(Fused fused, Shape from, boolean channelsFirst) {
    this.fused = fused;
    Layer row = fused.row();
    if (row instanceof Layer.Dense || row instanceof Layer.Output) {
      out = row instanceof Layer.Dense dense ? dense.out() : ((Layer.Output) row).classes();
      canonical =
          Onednn.memory(
              channelsFirst ? dnnl_oihw : dnnl_ohwi,
              out,
              from.channels(),
              from.height(),
              from.width());
    } else {
      ConvolutionForm form = form(row);
      out = form.out();
      canonical = Onednn.memory(form.depthwise() ? dnnl_goihw : dnnl_oihw, form.kernelDims());
    }
    bytes = dnnl_memory_desc_get_size(canonical);
  }

  /** A convolution, a depthwise convolution or a batch norm as a convolution with bias. */
  static ConvolutionForm form(Layer row) {
    if (row instanceof Layer.Convolution c) {
      return new ConvolutionForm(false, c.in(), c.out(), c.kernel(), c.stride(), c.padding(), true);
    } else if (row instanceof Layer.Depthwise d) {
      return new ConvolutionForm(
          true, d.channels(), d.channels(), d.kernel(), d.stride(), d.padding(), true);
    }
    int channels = ((Layer.BatchNorm) row).channels();
    return new ConvolutionForm(true, channels, channels, 1, 1, 0, true);
  }

  /** Where the bias is going to lie. */
  long biasAt() {
    return bias.atLeast((long) out * Float.BYTES);
  }

  /** Where the kernel lies in a format, after the next {@link #write} if it is a new one. */
  long kernelAt(dnnl_memory_desc_t format) {
    for (Packed one : packed) {
      if (dnnl_memory_desc_equal(one.reorder().layout(DNNL_ARG_TO), format) != 0) {
        return one.address();
      }
    }
    Packed another = new Packed(Reordered.reorder(canonical, format), new NativeBuffer());
    packed.add(another);
    return another.address();
  }

  /** In how many formats the kernel is wanted. */
  int formats() {
    return packed.size();
  }

  /** Folds the parameters of the network into kernel and bias. */
  void write(Map<String, Tensor> parameters) {
    Folding folded = Folding.of(fused, out, parameters);
    NativeBuffer.floats(biasAt(), out).put(folded.bias());
    long staged = ThreadScratch.current().reorderedAt(0, bytes);
    NativeBuffer.floats(staged, folded.kernel().length).put(folded.kernel());
    packed.forEach(one -> one.reorder().run(staged, one.address()));
  }

  @Override
  public void close() {
    bias.close();
    for (Packed one : packed) {
      one.reorder().close();
      one.memory().close();
    }
  }
}
