package dev.espalier.sweep.trackingserver;

import java.util.Arrays;
import java.util.regex.Pattern;

/** The limits of today's MLflow servers, which the embedded server enforces. */
public final class Limits {
  public static final int KEY_CHARS = 250;
  static final int PARAM_CHARS = 6000;
  static final int TAG_CHARS = 8000;
  public static final int EXPERIMENT_TAG_CHARS = 5000;
  public static final int BATCH_METRICS = 1000;
  public static final int BATCH_PARAMS = 100;
  public static final int BATCH_TAGS = 100;
  public static final int BATCH_ENTITIES = 1000;
  public static final int JSON_BYTES = 1_000_000;
  static final int SEARCH_RESULTS = 50_000;
  static final int DEFAULT_SEARCH_RESULTS = 1000;

  /** Comparisons of one filter, and orders of one search: SQLite nests no more than 1,000. */
  static final int COMPARISONS = 100;

  /** Experiments of one search: SQLite binds no more than 32,766 values. */
  static final int SEARCH_EXPERIMENTS = 10_000;

  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_\\-. :/]+");

  private Limits() {}

  /** True where {@code name} can be the key of a metric, parameter or tag, but for its length. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches()
        && Arrays.stream(name.split("/", -1))
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }

  /**
   * Makes sure that {@code key} can be the key of a metric, parameter or tag.
   *
   * @throws ApiException if not
   */
  static void checkKey(String key) {
    if (key.length() > KEY_CHARS || !isName(key)) {
      throw ApiException.invalid(
          "a key must have 1 to "
              + KEY_CHARS
              + " characters: alphanumerics, _ - . space : /, found '"
              + key.substring(0, Math.min(key.length(), 300))
              + "'");
    }
  }
}
