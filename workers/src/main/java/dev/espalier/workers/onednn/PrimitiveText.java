package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;

/** What oneDNN says of a primitive, as text. */
final class PrimitiveText {
  private static final Map<Integer, String> KINDS =
      Map.of(
          dnnl_reorder, "reorder",
          dnnl_convolution, "convolution",
          dnnl_eltwise, "eltwise",
          dnnl_softmax, "softmax",
          dnnl_pooling, "pooling",
          dnnl_batch_normalization, "batch_normalization",
          dnnl_inner_product, "inner_product",
          dnnl_binary, "binary");

  private static final Map<Integer, String> PASSES =
      Map.of(
          dnnl_forward_training, "forward_training",
          dnnl_forward_inference, "forward_inference",
          dnnl_backward, "backward",
          dnnl_backward_data, "backward_data",
          dnnl_backward_weights, "backward_weights");

  private PrimitiveText() {}

  /** Kind, pass where it has one, and kernel: {@code convolution backward_weights jit:avx2}. */
  static String of(dnnl_primitive_desc description) {
    int kind = number(description, dnnl_query_primitive_kind);
    int pass = number(description, dnnl_query_prop_kind);
    return KINDS.getOrDefault(kind, "kind-" + kind)
        + (PASSES.containsKey(pass) ? " " + PASSES.get(pass) : "")
        + " "
        + Onednn.kernel(description);
  }

  /** The logical dimensions of a tensor. */
  static long[] dims(dnnl_memory_desc_t layout) {
    long[] dims = new long[layout.ndims()];
    LongPointer found = layout.dims();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = found.get(i);
    }
    return dims;
  }

  /** -1 where a primitive has no such number. */
  private static int number(dnnl_primitive_desc description, int what) {
    try (IntPointer number = new IntPointer(1)) {
      return dnnl_primitive_desc_query(description, what, 0, number) == dnnl_success
          ? number.get()
          : -1;
    }
  }
}
