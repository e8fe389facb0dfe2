package dev.espalier.workers.inference;

import static dev.espalier.workers.onednn.NativeImages.at;
import static dev.espalier.workers.onednn.NativeImages.empty;
import static dev.espalier.workers.onednn.NativeImages.holding;
import static dev.espalier.workers.onednn.NativeImages.random;
import static dev.espalier.workers.onednn.NativeImages.read;
import static dev.espalier.workers.onednn.NativeImages.requireClose;
import static org.bytedeco.dnnl.global.dnnl.*;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.onednn.ConvolutionForm;
import dev.espalier.workers.onednn.ImageFormat;
import dev.espalier.workers.onednn.NativeBuffer;
import dev.espalier.workers.onednn.NativeImages;
import dev.espalier.workers.onednn.Onednn;
import dev.espalier.workers.onednn.PlainBatchNorm;
import dev.espalier.workers.onednn.PlainConvolution;
import dev.espalier.workers.onednn.PlainPool;
import dev.espalier.workers.onednn.PoolForm;
import dev.espalier.workers.onednn.Primitive;
import dev.espalier.workers.onednn.Reordered;
import java.util.Random;
import org.bytedeco.dnnl.dnnl_memory_desc_t;

/** The primitives of predictions in the formats that they choose, against their definition. */
final class GuardedInference {
  private GuardedInference() {}

  /**
   * @param adds whether it adds to what lies in its output already
   */
  static void convolution(
      ConvolutionForm form, ImageFormat from, boolean adds, Activation activation, Random random) {
    PlainConvolution plain = new PlainConvolution(form, from);
    ImageFormat to = plain.to();
    float[] x = random(random, from.length());
    float[] w = random(random, plain.weights());
    float[] bias = random(random, form.out());
    float[] addend = adds ? random(random, to.length()) : new float[(int) to.length()];
    double[] expected = plain.forward(x, w, bias);
    for (int i = 0; i < expected.length; i++) {
      expected[i] = PlainBatchNorm.activate(expected[i] + addend[i], activation);
    }
    dnnl_memory_desc_t kernels =
        Onednn.memory(form.depthwise() ? dnnl_hwigo : dnnl_oihw, form.kernelDims());
    try (Primitive primitive =
            Forward.convolution(form, from.memory(), from.dims(), to.dims(), adds, activation);
        NativeBuffer input =
            in(NativeImages.arranged(x, from), from.memory(), primitive.layout(DNNL_ARG_SRC));
        NativeBuffer kernel = in(w, kernels, primitive.layout(DNNL_ARG_WEIGHTS));
        NativeBuffer biases = holding(bias);
        NativeBuffer output = in(addend, to.memory(), primitive.layout(DNNL_ARG_DST))) {
      primitive.run(
          input.atLeast(primitive.bytes(DNNL_ARG_SRC)),
          kernel.atLeast(primitive.bytes(DNNL_ARG_WEIGHTS)),
          at(biases, form.out()),
          output.atLeast(primitive.bytes(DNNL_ARG_DST)));
      requireClose(
          "output",
          expected,
          out(output, primitive.layout(DNNL_ARG_DST), to.memory(), to.length()));
    }
  }

  static void dense(ImageFormat from, int out, Activation activation, Random random) {
    int features = (int) from.length() / from.batch();
    float[] x = random(random, from.length());
    float[] w = random(random, (long) features * out);
    float[] bias = random(random, out);
    double[] expected = new double[from.batch() * out];
    for (int i = 0; i < expected.length; i++) {
      double sum = bias[i % out];
      for (int j = 0; j < features; j++) {
        sum += (double) x[i / out * features + j] * w[i % out * features + j];
      }
      expected[i] = PlainBatchNorm.activate(sum, activation);
    }
    dnnl_memory_desc_t kernels =
        Onednn.memory(dnnl_ohwi, out, from.channels(), from.height(), from.width());
    try (Primitive primitive = Forward.dense(from.dims(), out, activation);
        NativeBuffer input =
            in(NativeImages.arranged(x, from), from.memory(), primitive.layout(DNNL_ARG_SRC));
        NativeBuffer kernel = in(w, kernels, primitive.layout(DNNL_ARG_WEIGHTS));
        NativeBuffer biases = holding(bias);
        NativeBuffer output = empty(expected.length)) {
      primitive.run(
          input.atLeast(primitive.bytes(DNNL_ARG_SRC)),
          kernel.atLeast(primitive.bytes(DNNL_ARG_WEIGHTS)),
          at(biases, out),
          at(output, expected.length));
      requireClose("output", expected, read(output, expected.length));
    }
  }

  static void softmax(int batch, int classes, Random random) {
    float[] x = random(random, (long) batch * classes);
    double[] expected = new double[x.length];
    for (int b = 0; b < batch; b++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(x[b * classes + c]);
      }
      for (int c = 0; c < classes; c++) {
        expected[b * classes + c] = Math.exp(x[b * classes + c]) / sum;
      }
    }
    try (Primitive primitive = Forward.softmax(batch, classes);
        NativeBuffer values = holding(x)) {
      primitive.run(at(values, x.length), at(values, x.length));
      requireClose("output", expected, read(values, x.length));
    }
  }

  /** Of one format, as {@link InferencePrimitives} asks for. */
  static void sum(ImageFormat images, Activation activation, Random random) {
    float[] a = random(random, images.length());
    float[] b = random(random, images.length());
    double[] expected = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      expected[i] = PlainBatchNorm.activate(a[i] + b[i], activation);
    }
    try (Primitive primitive = Forward.sum(images.memory(), activation);
        NativeBuffer left = holding(NativeImages.arranged(a, images));
        NativeBuffer right = holding(NativeImages.arranged(b, images));
        NativeBuffer sum = empty(a.length)) {
      primitive.run(at(left, a.length), at(right, a.length), at(sum, a.length));
      requireClose("sum", expected, NativeImages.plain(read(sum, a.length), images));
    }
  }

  static void pool(PoolForm form, ImageFormat from, Random random) {
    PlainPool plain = new PlainPool(form, from);
    ImageFormat to = plain.to();
    float[] x = random(random, from.length());
    try (Primitive primitive = Forward.pooling(form, from.memory(), to.dims());
        NativeBuffer input = holding(NativeImages.arranged(x, from));
        NativeBuffer output = new NativeBuffer()) {
      primitive.run(at(input, x.length), output.atLeast(primitive.bytes(DNNL_ARG_DST)));
      requireClose(
          "output",
          plain.forward(x),
          out(output, primitive.layout(DNNL_ARG_DST), to.memory(), to.length()));
    }
  }

  /** A tensor brought into another format. */
  private static NativeBuffer in(float[] values, dnnl_memory_desc_t ours, dnnl_memory_desc_t to) {
    NativeBuffer result = new NativeBuffer();
    try (Primitive reorder = Reordered.reorder(ours, to);
        NativeBuffer plain = holding(values)) {
      reorder.run(at(plain, values.length), result.atLeast(reorder.bytes(DNNL_ARG_TO)));
    }
    return result;
  }

  private static float[] out(
      NativeBuffer values, dnnl_memory_desc_t from, dnnl_memory_desc_t ours, long length) {
    try (Primitive reorder = Reordered.reorder(from, ours);
        NativeBuffer plain = empty(length)) {
      reorder.run(values.atLeast(reorder.bytes(DNNL_ARG_FROM)), at(plain, length));
      return read(plain, length);
    }
  }
}
