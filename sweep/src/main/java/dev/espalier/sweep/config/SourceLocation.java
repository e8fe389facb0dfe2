package dev.espalier.sweep.config;

/**
 * Where a value was written.
 *
 * @param text {@code configs/x.yaml:12} or {@code --set grid.sparsity}
 * @param order problems are listed by it: line, then column; overrides after the file
 */
public record SourceLocation(String text, long order) {
  private static final long AFTER_THE_FILE = Long.MAX_VALUE >> 1;

  public static SourceLocation line(String file, int line, int column) {
    return new SourceLocation(file + ":" + line, ((long) line << 32) + column);
  }

  public static SourceLocation override(String path, int index) {
    return new SourceLocation("--set " + path, AFTER_THE_FILE + index);
  }
}
