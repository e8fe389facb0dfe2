package dev.espalier.workers.inference;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Shape;
import dev.espalier.workers.onednn.AddPrimitives;
import dev.espalier.workers.onednn.ConvolutionForm;
import dev.espalier.workers.onednn.ImageFormat;
import dev.espalier.workers.onednn.Onednn;
import dev.espalier.workers.onednn.PoolForm;
import dev.espalier.workers.onednn.Primitive;
import dev.espalier.workers.onednn.Winograd;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_inner_product_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_pooling_desc_t;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_softmax_desc_t;

/**
 * The primitives of predictions. Each chooses the formats of what it reads and writes, unless said
 * otherwise, and has logical dimensions [batch, channels, height, width].
 */
final class Forward {
  private static final float SIX = 6f;

  private Forward() {}

  /** The logical dimensions of a batch. */
  static long[] dims(int batch, Shape image) {
    return new long[] {batch, image.channels(), image.height(), image.width()};
  }

  /**
   * A convolution with bias.
   *
   * @param read the format of the images as they come, from which it may choose another
   * @param adds whether it adds to what lies in its output already
   * @param activation after that
   */
  static Primitive convolution(
      ConvolutionForm form,
      dnnl_memory_desc_t read,
      long[] from,
      long[] to,
      boolean adds,
      Activation activation) {
    boolean narrow = narrow(form, read, from);
    dnnl_primitive_attr attributes = attributes(adds, activation);
    try {
      return new Primitive(
          Winograd.orDirect(
              form, to, algorithm -> convolution(form, from, to, narrow, algorithm, attributes)),
          DNNL_ARG_SRC,
          DNNL_ARG_WEIGHTS,
          DNNL_ARG_BIAS,
          DNNL_ARG_DST);
    } finally {
      Onednn.check(dnnl_primitive_attr_destroy(attributes));
    }
  }

  private static dnnl_primitive_desc convolution(
      ConvolutionForm form,
      long[] from,
      long[] to,
      boolean narrow,
      int algorithm,
      dnnl_primitive_attr attributes) {
    dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t();
    long[] strides = {form.stride(), form.stride()};
    long[] padding = {form.padding(), form.padding()};
    Onednn.check(
        dnnl_convolution_forward_desc_init(
            operation,
            algorithm == dnnl_convolution_winograd && !Winograd.transformsBeforehand(form)
                ? dnnl_forward_training
                : dnnl_forward_inference,
            algorithm,
            images(narrow, from),
            any(form.kernelDims()),
            Onednn.memory(dnnl_x, form.out()),
            images(narrow, to),
            strides,
            padding,
            padding));
    return Onednn.describe(operation, attributes, null);
  }

  /** A pooling of images in a format. */
  static Primitive pooling(PoolForm form, dnnl_memory_desc_t from, long[] to) {
    dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t();
    Onednn.check(
        dnnl_pooling_forward_desc_init(
            operation,
            dnnl_forward_inference,
            form.algorithm(),
            from,
            any(to),
            form.strides(),
            form.window(),
            form.before(),
            form.behind()));
    return new Primitive(
        Onednn.describe(operation, Onednn.PLAIN, null), DNNL_ARG_SRC, DNNL_ARG_DST);
  }

  /** A dense layer with bias over whole images; it writes [batch, out]. */
  static Primitive dense(long[] from, int out, Activation activation) {
    dnnl_inner_product_desc_t operation = new dnnl_inner_product_desc_t();
    Onednn.check(
        dnnl_inner_product_forward_desc_init(
            operation,
            dnnl_forward_inference,
            any(from),
            any(out, from[1], from[2], from[3]),
            Onednn.memory(dnnl_x, out),
            Onednn.memory(dnnl_ab, from[0], out)));
    dnnl_primitive_attr attributes = attributes(false, activation);
    try {
      return new Primitive(
          Onednn.describe(operation, attributes, null),
          DNNL_ARG_SRC,
          DNNL_ARG_WEIGHTS,
          DNNL_ARG_BIAS,
          DNNL_ARG_DST);
    } finally {
      Onednn.check(dnnl_primitive_attr_destroy(attributes));
    }
  }

  /** Over the values of each row of [batch, values]. */
  static Primitive softmax(long batch, long values) {
    dnnl_softmax_desc_t operation = new dnnl_softmax_desc_t();
    Onednn.check(
        dnnl_softmax_forward_desc_init(
            operation, dnnl_forward_inference, Onednn.memory(dnnl_ab, batch, values), 1));
    return new Primitive(
        Onednn.describe(operation, Onednn.PLAIN, null), DNNL_ARG_SRC, DNNL_ARG_DST);
  }

  /** The sum of two tensors of one format. */
  static Primitive sum(dnnl_memory_desc_t format, Activation activation) {
    dnnl_primitive_attr attributes = attributes(false, activation);
    try {
      return AddPrimitives.sum(dnnl_memory_desc_get_size(format) / Float.BYTES, attributes);
    } finally {
      Onednn.check(dnnl_primitive_attr_destroy(attributes));
    }
  }

  /** Whether it reads and writes narrow blocks, which oneDNN would not choose with AVX-512. */
  private static boolean narrow(ConvolutionForm form, dnnl_memory_desc_t read, long[] from) {
    return form.startsNarrowBlocks()
        || (form.kernel() == 1
            && form.out() % ImageFormat.NARROW == 0
            && dnnl_memory_desc_equal(read, images(true, from)) != 0);
  }

  private static dnnl_memory_desc_t images(boolean narrow, long... dims) {
    return narrow ? Onednn.memory(dnnl_nChw8c, dims) : any(dims);
  }

  private static dnnl_memory_desc_t any(long... dims) {
    return Onednn.memory(dnnl_format_tag_any, dims);
  }

  /** The caller destroys them. */
  private static dnnl_primitive_attr attributes(boolean adds, Activation activation) {
    dnnl_post_ops after = new dnnl_post_ops();
    Onednn.check(dnnl_post_ops_create(after));
    if (adds) {
      Onednn.check(dnnl_post_ops_append_sum(after, 1f));
    }
    if (activation == Activation.RELU) {
      Onednn.check(dnnl_post_ops_append_eltwise(after, 1f, dnnl_eltwise_relu, 0f, 0f));
    } else if (activation == Activation.RELU6) {
      Onednn.check(dnnl_post_ops_append_eltwise(after, 1f, dnnl_eltwise_clip, 0f, SIX));
    }
    dnnl_primitive_attr attributes = Onednn.attributes();
    Onednn.check(dnnl_primitive_attr_set_post_ops(attributes, after));
    Onednn.check(dnnl_post_ops_destroy(after));
    return attributes;
  }
}
