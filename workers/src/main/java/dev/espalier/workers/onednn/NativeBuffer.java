package dev.espalier.workers.onednn;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap that grows and is used again and again; its content does not outlive
 * growth. Under {@link Guards} it has the size of the last request exactly.
 */
public final class NativeBuffer implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  private @Nullable BytePointer memory;
  private long capacity;
  private long address;

  /** The address of at least {@code bytes} bytes, aligned to a cache line. */
  public long atLeast(long bytes) {
    if (memory == null || bytes > capacity || (Guards.BYTES > 0 && bytes < capacity)) {
      close();
      memory = new BytePointer(bytes + ALIGNMENT + 2L * Guards.BYTES);
      capacity = bytes;
      address = (memory.address() + Guards.BYTES + ALIGNMENT - 1) & -ALIGNMENT;
      if (Guards.BYTES > 0) {
        Guards.add(memory, address - memory.address(), bytes);
      }
    }
    return address;
  }

  @Override
  public void close() {
    if (memory != null) {
      Guards.remove(memory);
      memory.deallocate();
      memory = null;
      capacity = 0;
    }
  }

  /** {@code length} floats that lie at {@code address}, owned by somebody else. */
  public static FloatPointer floats(long address, long length) {
    return new Span(address, length);
  }

  /** A pointer that can be moved; it owns nothing. */
  static final class Cursor extends Pointer {
    Cursor at(long place) {
      address = place;
      return this;
    }
  }

  private static final class Span extends FloatPointer {
    Span(long place, long length) {
      super((Pointer) null);
      address = place;
      limit = length;
      capacity = length;
    }
  }
}
