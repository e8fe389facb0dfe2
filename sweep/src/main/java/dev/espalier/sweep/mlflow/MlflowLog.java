package dev.espalier.sweep.mlflow;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one sweep to MLflow, beside the sweep: every call returns at once and one thread sends. What
 * cannot be sent never stops the sweep; it is counted and described, and can be sent later from the
 * journal, because sending twice leaves what sending once leaves.
 */
public final class MlflowLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MlflowLog.class);

  /** The embedded server itself waits up to 20 seconds for other users of its file. */
  private static final Duration EMBEDDED_TIMEOUT = Duration.ofSeconds(30);

  private final String uri;
  private final TrackingClient client;
  private final SendingQueue queue;
  private final @Nullable EmbeddedServer server;

  /** Set once by {@link #begin}, before anything that uses it is queued. */
  private volatile @Nullable SweepSender sweep;

  private MlflowLog(
      BasicMlflowHostCreds credentials, Duration timeout, @Nullable EmbeddedServer server) {
    this.uri = credentials.getHost();
    this.client = new TrackingClient(credentials, timeout);
    this.queue = new SendingQueue(uri, timeout, client::ended);
    this.server = server;
  }

  /**
   * A log to an MLflow server. Nothing is sent yet: a server that is away shows in {@link
   * #problems()}.
   *
   * @param trackingUri {@code http://} or {@code https://}
   * @param timeout for each call with all its retries
   * @param environment where MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or
   *     MLFLOW_TRACKING_TOKEN, may be
   * @throws IllegalArgumentException if the URI is of another kind
   */
  public static MlflowLog open(
      String trackingUri, Duration timeout, Map<String, String> environment) {
    String host = checkedUri(trackingUri);
    String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
    String password = environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "");
    BasicMlflowHostCreds credentials =
        !user.isEmpty() && !password.isEmpty()
            ? new BasicMlflowHostCreds(host, user, password)
            : token.isEmpty()
                ? new BasicMlflowHostCreds(host)
                : new BasicMlflowHostCreds(host, token);
    return new MlflowLog(credentials, timeout, null);
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

  /**
   * A log to {@code mlflow.db} and {@code mlartifacts/} in {@code folder}, by a server in this
   * process.
   *
   * @throws IOException if the folder, the database or a port cannot be had
   */
  public static MlflowLog embedded(Path folder) throws IOException {
    EmbeddedServer server = EmbeddedServer.start(folder);
    return new MlflowLog(
        new BasicMlflowHostCreds(server.uri(), server.token()), EMBEDDED_TIMEOUT, server);
  }

  /** How to look at what {@link #embedded} stored in {@code folder}, as commands for a shell. */
  public static List<String> uiCommands(Path folder) {
    String quoted = "'" + folder.toString().replace("'", "'\\''") + "'";
    String plain = folder.toString().matches("[\\w./-]+") ? folder.toString() : quoted;
    return List.of("cd " + plain + " && mlflow ui --backend-store-uri sqlite:///mlflow.db");
  }

  /** Starts the sweep, or goes on with it where its key is known to the server. Call it once. */
  public void begin(TrackedSweep tracked) {
    SweepSender sender = new SweepSender(client, tracked);
    sweep = sender;
    queue.add(sender::begin);
  }

  /** Logs a finished trial. */
  public void trial(TrackedTrial trial) {
    SweepSender sender = begun();
    queue.add(() -> sender.trial(trial));
  }

  /**
   * Logs a file.
   *
   * @param key of a trial, or of the sweep
   * @param path below the run's artifacts, with {@code /}
   */
  public void artifact(String key, String path, byte[] content) {
    SweepSender sender = begun();
    BodyPublisher body = BodyPublishers.ofByteArray(content.clone());
    queue.add(() -> sender.artifact(key, path, body));
  }

  /**
   * Marks the front and ends the sweep.
   *
   * @param front keys of the trials on the Pareto front
   * @param knee keys of the trials of its knee: one for each seed; none where there is no knee
   * @param failed true where the sweep did not come to its end
   */
  public void finish(Set<String> front, Set<String> knee, boolean failed, long endMillis) {
    SweepSender sender = begun();
    Set<String> keys = Set.copyOf(front);
    Set<String> knees = Set.copyOf(knee);
    queue.add(() -> sender.finish(keys, knees, failed, endMillis));
  }

  private SweepSender begun() {
    SweepSender sender = sweep;
    if (sender == null) {
      throw new IllegalStateException("begin comes first");
    }
    return sender;
  }

  /** What went wrong, in the order in which it did; empty where everything was sent so far. */
  public List<String> problems() {
    return queue.problems();
  }

  /** How many of the calls so far were given up; those that still wait are not among them. */
  public long unsent() {
    return queue.unsent();
  }

  /** The server: its address, or that of the embedded one. */
  public String uri() {
    return uri;
  }

  /**
   * Waits until everything is sent or given up: as long as the server goes on answering, no longer
   * than its time limit where it does not. Then {@link #unsent()} is final.
   */
  public void drain() {
    try {
      queue.drain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the log after {@link #drain}. */
  @Override
  public void close() {
    drain();
    queue.close();
    client.close();
    try {
      if (server != null) {
        server.close();
      }
    } catch (IOException e) {
      LOG.warn("the embedded tracking server did not end well", e);
    }
  }
}
