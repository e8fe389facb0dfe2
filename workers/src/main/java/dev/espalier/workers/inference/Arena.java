package dev.espalier.workers.inference;

import java.util.Map;
import java.util.TreeMap;

/** Shares out one block of memory, whose parts are taken and freed in an order known beforehand. */
final class Arena {
  /** Bytes of a cache line, and of the longest vector. */
  private static final long ALIGNMENT = 64;

  private final TreeMap<Long, Long> endByStart = new TreeMap<>();
  private long bytes;

  /** The offset of a part of {@code size} bytes: the lowest gap that is large enough. */
  long take(long size) {
    long rounded = (size + ALIGNMENT - 1) & -ALIGNMENT;
    long start = 0;
    for (Map.Entry<Long, Long> taken : endByStart.entrySet()) {
      if (taken.getKey() - start >= rounded) {
        break;
      }
      start = taken.getValue();
    }
    endByStart.put(start, start + rounded);
    bytes = Math.max(bytes, start + rounded);
    return start;
  }

  /** The part at this offset can be taken again. */
  void free(long start) {
    if (endByStart.remove(start) == null) {
      throw new IllegalArgumentException("no part was taken at " + start);
    }
  }

  /** How large the block must be. */
  long bytes() {
    return bytes;
  }
}
