package dev.espalier.sweep.mlflow;

import java.net.URI;
import java.util.Map;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/** Where an MLflow server is, and what opens it: the variables that MLflow's own clients read. */
final class Credentials {
  private Credentials() {}

  /**
   * Reads them.
   *
   * @param trackingUri {@code http://} or {@code https://}
   * @throws IllegalArgumentException if the URI is of another kind
   */
  static BasicMlflowHostCreds of(String trackingUri, Map<String, String> environment) {
    String host = checkedUri(trackingUri);
    String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
    String password = environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "");
    if (!user.isEmpty() && !password.isEmpty()) {
      return new BasicMlflowHostCreds(host, user, password);
    }
    return token.isEmpty() ? new BasicMlflowHostCreds(host) : new BasicMlflowHostCreds(host, token);
  }

  private static String checkedUri(String trackingUri) {
    URI parsed;
    try {
      parsed = URI.create(trackingUri);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the tracking URI is not a URI: " + e.getMessage(), e);
    }
    if (parsed.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "the tracking URI must not hold a password: set MLFLOW_TRACKING_USERNAME and"
              + " MLFLOW_TRACKING_PASSWORD");
    }
    String scheme = String.valueOf(parsed.getScheme());
    if (parsed.getHost() == null || !scheme.matches("https?")) {
      throw new IllegalArgumentException(
          "the tracking URI must be http://... or https://..., found " + trackingUri);
    }
    return trackingUri.replaceFirst("/+$", "");
  }
}
