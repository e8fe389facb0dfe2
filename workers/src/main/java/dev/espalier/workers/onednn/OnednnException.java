package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_unimplemented;

/** oneDNN refused a call. */
final class OnednnException extends IllegalStateException {
  private final int status;

  OnednnException(int status) {
    super("oneDNN must answer 0, found status " + status);
    this.status = status;
  }

  /** Whether this machine has no such kernel for the shape, and another one must do. */
  boolean unimplemented() {
    return status == dnnl_unimplemented;
  }
}
