package dev.espalier.workers.onednn;

import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_stream;
import org.jspecify.annotations.Nullable;

/**
 * The stream and scratch memory that all primitives of a thread share. The memory grows to the
 * largest need and is freed when a network of the thread is closed.
 */
public final class ThreadScratch implements AutoCloseable {
  /** Tensors of one primitive that may have to be brought into another format. */
  private static final int SLOTS = 4;

  private static final ThreadLocal<@Nullable ThreadScratch> CURRENT = new ThreadLocal<>();

  final dnnl_stream stream = new dnnl_stream();
  final NativeBuffer scratch = new NativeBuffer();
  final NativeBuffer.Cursor cursor = new NativeBuffer.Cursor();
  private final NativeBuffer activations = new NativeBuffer();
  private final NativeBuffer[] reordered = new NativeBuffer[SLOTS];

  private ThreadScratch() {
    Onednn.check(dnnl_stream_create(stream, Onednn.ENGINE, dnnl_stream_default_flags));
    for (int i = 0; i < SLOTS; i++) {
      reordered[i] = new NativeBuffer();
    }
  }

  /** That of this thread. */
  public static ThreadScratch current() {
    ThreadScratch current = CURRENT.get();
    if (current == null) {
      current = new ThreadScratch();
      CURRENT.set(current);
    }
    return current;
  }

  /** Frees that of this thread; the next use makes a new one. */
  public static void release() {
    ThreadScratch current = CURRENT.get();
    if (current != null) {
      current.close();
      CURRENT.remove();
    }
  }

  /** The address of at least {@code bytes} bytes for what passes between primitives. */
  public long activationsAt(long bytes) {
    return activations.atLeast(bytes);
  }

  /** The address of at least {@code bytes} bytes for a tensor that is brought into a format. */
  public long reorderedAt(int slot, long bytes) {
    return reordered[slot].atLeast(bytes);
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
