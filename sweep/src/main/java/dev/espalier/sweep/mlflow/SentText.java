package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.trackingserver.ArtifactFolder;
import dev.espalier.sweep.trackingserver.Limits;
import dev.espalier.workers.facts.StageId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names and values cut to what every MLflow server since 2.0 accepts. */
final class SentText {
  /** The longest parameter that servers of 2.0 accept; newer ones take more. */
  static final int PARAM_CHARS = 500;

  /** The longest tag that servers of 2.0 accept; newer ones take more. */
  static final int TAG_CHARS = 5000;

  private static final Pattern NOT_IN_A_NAME = Pattern.compile("[^A-Za-z0-9_\\-. :/]");

  private SentText() {}

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
    if (clean.equals(wanted) && !clean.isEmpty() && clean.length() <= Limits.KEY_CHARS) {
      return clean;
    }
    return clean.substring(0, Math.min(clean.length(), Limits.KEY_CHARS - 9)) + "-" + mark(wanted);
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

  /**
   * The percent-encoded path at which a server that keeps artifacts itself takes those of a run.
   *
   * @param artifactUri of the run
   * @param path below the run's artifacts
   */
  static String artifactPath(String artifactUri, String path) throws TrackingFailure {
    if (!artifactUri.startsWith(ArtifactFolder.SCHEME)) {
      throw new TrackingFailure(
          path + ": the server does not take artifacts itself, it keeps them at " + artifactUri,
          TrackingFailure.Kind.REFUSED);
    }
    // With or without a host: mlflow-artifacts://host:port/1/... is the same server.
    String root = artifactUri.replaceFirst("^mlflow-artifacts:(//[^/]*)?/*", "");
    return Arrays.stream((root + "/" + path).split("/", -1))
        .map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }
}
