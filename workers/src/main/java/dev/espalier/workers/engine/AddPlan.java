package dev.espalier.workers.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_binary_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;

/** The sum of two tensors, and ReLU on it, in one pass. */
final class AddPlan implements AutoCloseable {
  private final Primitive sum;

  AddPlan(boolean relu, long length) {
    dnnl_memory_desc_t values = Onednn.memory(dnnl_ab, 1, length);
    dnnl_binary_desc_t operation = new dnnl_binary_desc_t();
    Onednn.check(dnnl_binary_desc_init(operation, dnnl_binary_add, values, values, values));
    sum =
        new Primitive(
            Onednn.describe(operation, relu ? Onednn.RELU : Onednn.PLAIN, null),
            DNNL_ARG_SRC_0,
            DNNL_ARG_SRC_1,
            DNNL_ARG_DST);
  }

  void run(long leftAt, long rightAt, long sumAt) {
    sum.run(leftAt, rightAt, sumAt);
  }

  @Override
  public void close() {
    sum.close();
  }
}
