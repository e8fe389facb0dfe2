package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The URI of the MLflow server that a sweep is sent to; null stands for the embedded server. */
public final class TrackingUri {
  /** The word in the place of a URI with which nothing is sent while a sweep runs. */
  public static final String LATER = "none";

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private TrackingUri() {}

  /**
   * The URI that the command line names, else the environment's MLFLOW_TRACKING_URI; null where
   * neither does.
   *
   * @throws RefusedException if it cannot be one of an MLflow server
   */
  public static @Nullable String of(@Nullable String option, Map<String, String> environment) {
    if (option != null) {
      if (!option.equals(LATER)) {
        check("--tracking-uri", option);
      }
      return option;
    }
    String named = environment.getOrDefault("MLFLOW_TRACKING_URI", "");
    if (named.isBlank()) {
      return null;
    }
    check("MLFLOW_TRACKING_URI", named);
    return named;
  }

  /**
   * Makes sure that {@code uri} may be one of an MLflow server; nobody is asked.
   *
   * @param option that gave it, or variable of the environment
   * @throws RefusedException if it cannot
   */
  public static void check(String option, String uri) {
    try {
      MlflowLog.open(uri, TIMEOUT, Map.of()).close();
    } catch (IllegalArgumentException e) {
      throw new RefusedException(option + ": " + e.getMessage());
    }
  }

  /**
   * A log to the server at {@code uri}.
   *
   * @throws StorageException if the folder of the embedded server cannot be written to
   */
  static MlflowLog open(RunDirectory directory, @Nullable String uri) throws IOException {
    if (uri != null) {
      return MlflowLog.open(uri, TIMEOUT, System.getenv());
    }
    directory.files().check();
    return MlflowLog.embedded(directory.root());
  }
}
