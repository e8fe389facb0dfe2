package dev.espalier.workers.onednn;

/**
 * The hyperparameters of a convolution.
 *
 * @param depthwise each channel by itself; {@code in} equals {@code out}
 */
public record ConvolutionForm(
    boolean depthwise, int in, int out, int kernel, int stride, int padding, boolean bias) {

  /** The height or width of the output for that of the input. */
  int outputSide(int inputSide) {
    return (inputSide + 2 * padding - kernel) / stride + 1;
  }

  /** The logical dimensions of the kernel. */
  public long[] kernelDims() {
    return depthwise ? new long[] {in, 1, 1, kernel, kernel} : new long[] {out, in, kernel, kernel};
  }
}
