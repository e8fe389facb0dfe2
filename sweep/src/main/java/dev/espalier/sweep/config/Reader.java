package dev.espalier.sweep.config;

import org.jspecify.annotations.Nullable;

/** Reads one value. */
public interface Reader<T> {

  /** The value of {@code node}; null where it is wrong, which is reported. */
  @Nullable T read(Node node, String path, Problems problems);
}
