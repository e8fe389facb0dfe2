package dev.espalier.workers.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;

/**
 * Guard bytes around every {@link NativeBuffer}, checked after every primitive. They find kernels
 * that write outside of their buffers, and name the shape. Off unless the system property {@value
 * #PROPERTY} is positive: each check reads all guards.
 */
final class Guards {
  /** The number of guard bytes on each side of a buffer. */
  static final String PROPERTY = "espalier.guard-bytes";

  static final int BYTES = Integer.getInteger(PROPERTY, 0);

  /** Four of these are a float that is not a number, so reading outside shows in results. */
  private static final byte FILL = (byte) 0xff;

  private static final byte[] INTACT = new byte[BYTES];
  private static final Map<NativeBuffer, Guarded> GUARDED = new HashMap<>();

  static {
    Arrays.fill(INTACT, FILL);
  }

  /**
   * A buffer inside its allocation.
   *
   * @param start offset of the buffer in {@code memory}
   */
  private record Guarded(BytePointer memory, long start, long bytes) {
    boolean intact() {
      return same(start - BYTES) && same(start + bytes);
    }

    void mend() {
      memory.getPointer(start - BYTES).put(INTACT);
      memory.getPointer(start + bytes).put(INTACT);
    }

    private boolean same(long offset) {
      byte[] found = new byte[BYTES];
      memory.getPointer(offset).get(found);
      return Arrays.equals(found, INTACT);
    }
  }

  private Guards() {}

  /** Fills a new buffer and its guards. */
  static synchronized void add(NativeBuffer buffer, BytePointer memory, long start, long bytes) {
    BytePointer.memset(memory.getPointer(start - BYTES), FILL, bytes + 2L * BYTES);
    GUARDED.put(buffer, new Guarded(memory, start, bytes));
  }

  static synchronized void remove(NativeBuffer buffer) {
    GUARDED.remove(buffer);
  }

  /**
   * Reads all guards, and mends those that have changed.
   *
   * @throws IllegalStateException if one has changed; names {@code primitive} and the buffer
   */
  static synchronized void check(Primitive primitive) {
    for (Guarded guarded : GUARDED.values()) {
      if (!guarded.intact()) {
        guarded.mend();
        throw new IllegalStateException(
            primitive + " wrote outside of a buffer of " + guarded.bytes() + " bytes");
      }
    }
  }
}
