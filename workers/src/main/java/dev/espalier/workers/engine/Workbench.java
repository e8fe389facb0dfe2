package dev.espalier.workers.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_stream;
import org.jspecify.annotations.Nullable;

/**
 * What a thread needs to run primitives: a stream and scratch memory, shared by all layers that run
 * in it. It grows to the largest need and is freed when a network of the thread is closed.
 */
final class Workbench implements AutoCloseable {
  /** Tensors of one primitive that may have to be brought into another format. */
  private static final int SLOTS = 4;

  private static final ThreadLocal<@Nullable Workbench> CURRENT = new ThreadLocal<>();

  final dnnl_stream stream = new dnnl_stream();
  final NativeBuffer scratch = new NativeBuffer();
  final NativeBuffer activations = new NativeBuffer();
  final NativeBuffer[] reordered = new NativeBuffer[SLOTS];
  final NativeBuffer.Cursor cursor = new NativeBuffer.Cursor();

  private Workbench() {
    Onednn.check(dnnl_stream_create(stream, Onednn.ENGINE, dnnl_stream_default_flags));
    for (int i = 0; i < SLOTS; i++) {
      reordered[i] = new NativeBuffer();
    }
  }

  /** That of this thread. */
  static Workbench current() {
    Workbench bench = CURRENT.get();
    if (bench == null) {
      bench = new Workbench();
      CURRENT.set(bench);
    }
    return bench;
  }

  /** Frees that of this thread; the next use makes a new one. */
  static void release() {
    Workbench bench = CURRENT.get();
    if (bench != null) {
      bench.close();
      CURRENT.remove();
    }
  }

  @Override
  public void close() {
    Onednn.check(dnnl_stream_destroy(stream));
    scratch.close();
    activations.close();
    for (NativeBuffer buffer : reordered) {
      buffer.close();
    }
  }
}
