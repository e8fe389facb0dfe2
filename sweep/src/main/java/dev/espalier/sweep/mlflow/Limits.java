package dev.espalier.sweep.mlflow;

import dev.espalier.workers.stage.StageId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What MLflow's servers accept, of any version since 2.0. The sender keeps to the smaller limits of
 * the old servers; the embedded server refuses what today's servers refuse.
 */
final class Limits {
  static final int KEY_CHARS = 250;
  static final int PARAM_CHARS = 6000;
  static final int TAG_CHARS = 8000;
  static final int EXPERIMENT_TAG_CHARS = 5000;
  static final int BATCH_METRICS = 1000;
  static final int BATCH_PARAMS = 100;
  static final int BATCH_TAGS = 100;
  static final int BATCH_ENTITIES = 1000;
  static final int JSON_BYTES = 1_000_000;
  static final int SEARCH_RESULTS = 50_000;
  static final int DEFAULT_SEARCH_RESULTS = 1000;

  /** Comparisons of one filter, and orders of one search: SQLite nests no more than 1,000. */
  static final int COMPARISONS = 100;

  /** Experiments of one search: SQLite binds no more than 32,766 values. */
  static final int SEARCH_EXPERIMENTS = 10_000;

  /** Servers of 2.0 refuse parameters above this, newer ones take {@link #PARAM_CHARS}. */
  static final int SENT_PARAM_CHARS = 500;

  /** Servers of 2.0 refuse tags above this, newer ones take {@link #TAG_CHARS}. */
  static final int SENT_TAG_CHARS = 5000;

  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_\\-. :/]+");
  private static final Pattern NOT_IN_A_NAME = Pattern.compile("[^A-Za-z0-9_\\-. :/]");

  private Limits() {}

  /** True where {@code name} can be the key of a metric, parameter or tag. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches()
        && Arrays.stream(name.split("/", -1))
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }

  /**
   * A key that every server accepts. One that is fine already stays as it is; another one loses
   * what is not allowed and ends in eight digits of its SHA-256, so that two never become one.
   */
  static String name(String wanted) {
    String clean =
        Arrays.stream(NOT_IN_A_NAME.matcher(wanted).replaceAll("_").split("/"))
            .map(part -> part.equals(".") || part.equals("..") ? "_" : part)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("/"));
    if (clean.equals(wanted) && !clean.isEmpty() && clean.length() <= KEY_CHARS) {
      return clean;
    }
    return clean.substring(0, Math.min(clean.length(), KEY_CHARS - 9)) + "-" + mark(wanted);
  }

  /**
   * A value of at most {@code chars} characters; a longer one is cut and ends in three dots and
   * eight digits of its SHA-256, so that two different values stay different.
   */
  static String value(String wanted, int chars) {
    if (wanted.length() <= chars) {
      return wanted;
    }
    int end = chars - 11;
    // Never between the two halves of one character.
    end -= Character.isHighSurrogate(wanted.charAt(end - 1)) ? 1 : 0;
    return wanted.substring(0, end) + "..." + mark(wanted);
  }

  private static String mark(String text) {
    return StageId.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, 8);
  }
}
