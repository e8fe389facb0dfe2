package dev.espalier.workers.onednn;

import java.util.Arrays;
import java.util.IdentityHashMap;
import org.bytedeco.javacpp.BytePointer;

/**
 * Guard bytes around every {@link NativeBuffer}, checked after every primitive. They find kernels
 * that write outside of their buffers, and name the shape. Off unless the system property {@value
 * #PROPERTY} is positive: each check reads all guards.
 */
public final class Guards {
  /** The number of guard bytes on each side of a buffer. */
  public static final String PROPERTY = "espalier.guard-bytes";

  public static final int BYTES = Integer.getInteger(PROPERTY, 0);

  /** Four of these are a float that is not a number, so reading outside shows in results. */
  private static final byte FILL = (byte) 0xff;

  private static final byte[] INTACT = new byte[BYTES];
  private static final IdentityHashMap<BytePointer, Guarded> GUARDED = new IdentityHashMap<>();

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

  /** Fills a new buffer and its guards, which lie in {@code memory}. */
  static synchronized void add(BytePointer memory, long start, long bytes) {
    BytePointer.memset(memory.getPointer(start - BYTES), FILL, bytes + 2L * BYTES);
    GUARDED.put(memory, new Guarded(memory, start, bytes));
  }

  static synchronized void remove(BytePointer memory) {
    GUARDED.remove(memory);
  }

  /**
   * Reads all guards, and mends those that have changed.
   *
   * @param primitive what ran last
   * @throws IllegalStateException if one has changed; names {@code primitive} and the buffer
   */
  static synchronized void check(Object primitive) {
    for (Guarded guarded : GUARDED.values()) {
      if (!guarded.intact()) {
        guarded.mend();
        throw new IllegalStateException(
            primitive + " wrote outside of a buffer of " + guarded.bytes() + " bytes");
      }
    }
  }
}
