package dev.espalier.workers.onednn;

import static dev.espalier.workers.onednn.ImageFormat.NARROW;
import static dev.espalier.workers.onednn.ImageFormat.PLAIN;
import static dev.espalier.workers.onednn.ImageFormat.WIDE;
import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/** A convolution at one input shape; each pass is direct, or {@link Winograd}'s. */
public final class ConvolutionPrimitives implements AutoCloseable {
  // The order of the tensors, or of their gradients, in each pass; the bias comes last.
  private static final int INPUT = 0;
  private static final int KERNEL = 1;
  private static final int OUTPUT = 2;

  /** How oneDNN's names of its slow code begin. */
  private static final String REFERENCE = "ref";

  private final ConvolutionForm form;
  private final ImageFormat from;
  private final ImageFormat to;
  private final long[] outputDims;

  /** Of what a direct convolution reads and writes. */
  private final int block;

  private final @Nullable dnnl_memory_desc_t bias;
  private final Reordered forward;
  private @Nullable Reordered backwardData;
  private @Nullable Reordered backwardWeights;

  /**
   * @param blocks whether what it writes may be blocked: it is where that costs nothing
   */
  public ConvolutionPrimitives(ConvolutionForm form, ImageFormat from, boolean blocks) {
    this.form = form;
    this.from = from;
    int height = form.outputSide(from.height());
    int width = form.outputSide(from.width());
    ImageFormat plain = from.in(PLAIN).with(form.out(), height, width);
    block = blocks ? directBlock() : PLAIN;
    bias = form.bias() ? Onednn.memory(dnnl_x, form.out()) : null;
    outputDims = plain.dims();
    dnnl_primitive_desc description = choose(this::describeForward);
    dnnl_memory_desc_t written = dnnl_primitive_desc_query_md(description, dnnl_query_dst_md, 0);
    to =
        IntStream.of(block, WIDE)
            .filter(each -> blocks && form.out() % each == 0)
            .mapToObj(plain::in)
            .filter(each -> dnnl_memory_desc_equal(written, each.memory()) != 0)
            .findFirst()
            .orElse(plain);
    forward =
        reordered(description, OUTPUT, DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS)
            .keeping(KERNEL);
  }

  /** The images that {@link #forward} writes. */
  public ImageFormat output() {
    return to;
  }

  /**
   * Convolves a batch.
   *
   * @param biasAt ignored where the layer has none
   */
  public void forward(long inputAt, long kernelAt, long biasAt, long outputAt) {
    run(forward, inputAt, kernelAt, outputAt, biasAt);
  }

  /** Writes the gradients with respect to kernel and bias. */
  public void backwardWeights(
      long inputAt, long kernelGradientAt, long biasGradientAt, long outputGradientAt) {
    run(backwardWeights(), inputAt, kernelGradientAt, outputGradientAt, biasGradientAt);
  }

  /**
   * Writes the gradient with respect to the input; directly after {@link #backwardWeights}, and
   * with the kernel of the last {@link #forward}.
   */
  public void backwardData(long inputGradientAt, long kernelAt, long outputGradientAt) {
    backwardData().run(inputGradientAt, kernelAt, outputGradientAt);
  }

  private Reordered backwardData() {
    if (backwardData == null) {
      backwardData =
          new Reordered(
                  choose(this::describeBackwardData),
                  INPUT,
                  new int[] {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
                  from.memory(),
                  kernel(),
                  to.memory())
              .sharing(KERNEL, forward)
              .sharing(OUTPUT, backwardWeights());
    }
    return backwardData;
  }

  private Reordered backwardWeights() {
    if (backwardWeights == null) {
      backwardWeights =
          reordered(
              choose(this::describeBackwardWeights),
              KERNEL,
              DNNL_ARG_SRC,
              DNNL_ARG_DIFF_WEIGHTS,
              DNNL_ARG_DIFF_DST,
              DNNL_ARG_DIFF_BIAS);
    }
    return backwardWeights;
  }

  /** The three passes in oneDNN's words. */
  List<String> passes() {
    return Stream.of(forward, backwardWeights(), backwardData()).map(Reordered::toString).toList();
  }

  @Override
  public void close() {
    forward.close();
    if (backwardData != null) {
      backwardData.close();
    }
    if (backwardWeights != null) {
      backwardWeights.close();
    }
  }

  private void run(Reordered primitive, long first, long second, long third, long biasAt) {
    if (bias == null) {
      primitive.run(first, second, third);
    } else {
      primitive.run(first, second, third, biasAt);
    }
  }

  /** Input, kernel, output and, where there is one, bias. */
  private Reordered reordered(dnnl_primitive_desc description, int written, int... arguments) {
    return bias == null
        ? new Reordered(
            description,
            written,
            IntStream.of(arguments).limit(3).toArray(),
            from.memory(),
            kernel(),
            to.memory())
        : new Reordered(
            description, written, arguments, from.memory(), kernel(), to.memory(), bias);
  }

  /** Describes a pass by an algorithm, on blocked or on plain images. */
  private interface Pass {
    dnnl_primitive_desc describe(int algorithm, int block);
  }

  private dnnl_primitive_desc choose(Pass pass) {
    return Winograd.orDirect(form, outputDims, algorithm -> fast(pass, algorithm));
  }

  /**
   * The pass on our formats; on plain images where oneDNN has only its reference code for blocked
   * ones, which is many times slower than bringing them into another order. With AVX2 that is so
   * for the gradients of weights of images of few pixels.
   */
  private dnnl_primitive_desc fast(Pass pass, int algorithm) {
    dnnl_primitive_desc description = pass.describe(algorithm, block);
    if (block == PLAIN || !Onednn.kernel(description).startsWith(REFERENCE)) {
      return description;
    }
    Onednn.check(dnnl_primitive_desc_destroy(description));
    return pass.describe(algorithm, PLAIN);
  }

  private dnnl_primitive_desc describeForward(int algorithm, int directBlock) {
    dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t();
    // For inference Winograd would want its kernel transformed beforehand, which is slow.
    Onednn.check(
        dnnl_convolution_forward_desc_init(
            operation,
            dnnl_forward_training,
            algorithm,
            input(algorithm, directBlock),
            anyKernel(),
            bias,
            images(algorithm, outputDims, directBlock),
            strides(),
            padding(),
            padding()));
    return Onednn.describe(operation, Onednn.PLAIN, null);
  }

  private dnnl_primitive_desc describeBackwardData(int algorithm, int directBlock) {
    dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t();
    Onednn.check(
        dnnl_convolution_backward_data_desc_init(
            operation,
            algorithm,
            input(algorithm, directBlock),
            anyKernel(),
            images(algorithm, outputDims, directBlock),
            strides(),
            padding(),
            padding()));
    return backward(operation, algorithm, directBlock, kernel -> true);
  }

  private dnnl_primitive_desc describeBackwardWeights(int algorithm, int directBlock) {
    dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t();
    Onednn.check(
        dnnl_convolution_backward_weights_desc_init(
            operation,
            algorithm,
            input(algorithm, directBlock),
            anyKernel(),
            bias,
            images(algorithm, outputDims, directBlock),
            strides(),
            padding(),
            padding()));
    return backward(operation, algorithm, directBlock, kernel -> !overruns(kernel));
  }

  /**
   * Whether a kernel for the gradient of the weights writes behind its scratch memory. That of
   * oneDNN 2.5.2 for AVX2 packs the pixels of a stride for 8 channels at a time, also where there
   * are fewer, into memory for those that there are.
   */
  private boolean overruns(String kernel) {
    return kernel.equals("jit_1x1:avx2") && form.stride() > 1 && form.in() < 8;
  }

  private dnnl_primitive_desc backward(
      dnnl_convolution_desc_t operation,
      int algorithm,
      int directBlock,
      Predicate<String> allowed) {
    dnnl_primitive_desc hint = describeForward(algorithm, directBlock);
    try {
      return Onednn.describe(operation, Onednn.PLAIN, hint, allowed);
    } finally {
      Onednn.check(dnnl_primitive_desc_destroy(hint));
    }
  }

  /**
   * The blocks that a direct convolution writes: those that it reads. With AVX2 that of few
   * channels starts blocks, the first one of a network: what follows is up to 1.6 times as fast on
   * them.
   */
  private int directBlock() {
    boolean starts = (Onednn.AVX2 && form.in() < NARROW) || form.startsNarrowBlocks();
    int wanted = from.blocked() ? from.block() : starts ? NARROW : PLAIN;
    return form.out() % wanted == 0 ? wanted : PLAIN;
  }

  /**
   * Direct convolutions read images of the form that they write, but for one that starts blocks.
   */
  private dnnl_memory_desc_t input(int algorithm, int directBlock) {
    boolean few = form.in() < NARROW && directBlock != PLAIN;
    return few
        ? Onednn.memory(dnnl_format_tag_any, from.dims())
        : images(algorithm, from.dims(), directBlock);
  }

  /** Direct convolutions work on our formats in place; Winograd's has blocks of channels. */
  private static dnnl_memory_desc_t images(int algorithm, long[] dims, int directBlock) {
    return Onednn.memory(
        algorithm == dnnl_convolution_winograd ? dnnl_format_tag_any : ImageFormat.tag(directBlock),
        dims);
  }

  /** Deeplearning4j keeps depthwise kernels as [height, width, in, multiplier]. */
  private dnnl_memory_desc_t kernel() {
    return Onednn.memory(form.depthwise() ? dnnl_hwigo : dnnl_oihw, form.kernelDims());
  }

  private dnnl_memory_desc_t anyKernel() {
    return Onednn.memory(dnnl_format_tag_any, form.kernelDims());
  }

  private long[] strides() {
    return new long[] {form.stride(), form.stride()};
  }

  private long[] padding() {
    return new long[] {form.padding(), form.padding()};
  }
}
