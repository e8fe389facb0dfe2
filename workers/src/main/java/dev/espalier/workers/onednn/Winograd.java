package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.function.IntFunction;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * The choice between a direct convolution and Winograd's F(4x4, 3x3) (arXiv 1509.09308), which
 * multiplies a quarter as often but transforms tiles of 4x4 pixels, and its kernel in every call.
 */
public final class Winograd {
  /** Measured: with fewer channels the transformations of the tiles cost more than they save. */
  private static final int CHANNELS = 32;

  /** Measured: with fewer tiles that of the kernel does. */
  private static final long TILES = 32;

  /** Measured: from here on it pays to transform the kernel once, for all predictions. */
  private static final int CHANNELS_TO_TRANSFORM = 128;

  private Winograd() {}

  /** Whether the machine has it for such a convolution, if there are enough tiles. */
  public static boolean mayPay(ConvolutionForm form) {
    return Onednn.AVX512 && fits(form);
  }

  /**
   * Whether predictions use a kernel that was transformed beforehand, which takes four times the
   * memory: oneDNN does so where it is told that nothing will be trained.
   */
  public static boolean transformsBeforehand(ConvolutionForm form) {
    return form.in() >= CHANNELS_TO_TRANSFORM;
  }

  /**
   * Describes a pass of a convolution by Winograd's algorithm where that pays and the machine has
   * it, else by the direct one.
   *
   * @param to logical dimensions of what the convolution writes
   * @param describe takes oneDNN's number of the algorithm
   */
  public static dnnl_primitive_desc orDirect(
      ConvolutionForm form, long[] to, IntFunction<dnnl_primitive_desc> describe) {
    if (mayPay(form) && pays(to)) {
      try {
        return describe.apply(dnnl_convolution_winograd);
      } catch (OnednnException e) {
        if (!e.unimplemented()) {
          throw e;
        }
      }
    }
    return describe.apply(dnnl_convolution_direct);
  }

  private static boolean fits(ConvolutionForm form) {
    return !form.depthwise()
        && form.kernel() == 3
        && form.stride() == 1
        && form.padding() == 1
        && form.in() >= CHANNELS
        && form.out() >= CHANNELS
        && form.in() % ImageFormat.WIDE == 0
        && form.out() % ImageFormat.WIDE == 0;
  }

  /** Where its tiles are many, and at least half full. */
  private static boolean pays(long[] to) {
    long tiles = ((to[2] + 3) / 4) * ((to[3] + 3) / 4);
    return to[0] * tiles >= TILES && to[2] * to[3] >= 8 * tiles;
  }
}
