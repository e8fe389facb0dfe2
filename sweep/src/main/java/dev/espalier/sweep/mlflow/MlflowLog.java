package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.mlflow.Registration.Registered;
import dev.espalier.sweep.mlflow.TrackedTrial.CurvePoint;
import dev.espalier.sweep.mlflow.TrackingClient.Content;
import dev.espalier.sweep.results.ShellWord;
import dev.espalier.sweep.trackingserver.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one sweep to MLflow, beside the sweep: every call returns at once and threads of its own
 * send, over several clients. What cannot be sent never stops the sweep; it is counted and
 * described, and can be sent later from the journal, because sending twice leaves what sending once
 * leaves.
 */
public final class MlflowLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MlflowLog.class);

  /** The embedded server itself waits up to 20 seconds for other users of its file. */
  private static final Duration EMBEDDED_TIMEOUT = Duration.ofSeconds(30);

  /** MLflow's client has two connections; servers do no better with many more than eight. */
  private static final int CLIENTS = 4;

  private final String uri;
  private final SendingQueue queue;
  private final @Nullable EmbeddedServer server;

  /** Runs that were queued since the last fence: what else concerns one of them waits for it. */
  private final Set<String> queued = new HashSet<>();

  /** Set once by {@link #begin}, before anything that uses it is queued. */
  private volatile @Nullable SweepSender sweep;

  private MlflowLog(
      BasicMlflowHostCreds credentials, Duration timeout, @Nullable EmbeddedServer server) {
    this.uri = credentials.getHost();
    HttpClient http =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    this.queue =
        new SendingQueue(
            uri,
            timeout,
            Stream.generate(() -> new TrackingClient(credentials, timeout, http))
                .limit(CLIENTS)
                .toList());
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
    return new MlflowLog(Credentials.of(trackingUri, environment), timeout, null);
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

  /** Commands for a shell that show what {@link #embedded} stored in {@code folder}. */
  public static List<String> uiCommands(Path folder) {
    return List.of(
        "cd "
            + ShellWord.of(folder.toString())
            + " && mlflow ui --backend-store-uri sqlite:///mlflow.db");
  }

  /** Starts the sweep, or goes on with it where its key is known to the server. Call it once. */
  public void begin(TrackedSweep tracked) {
    SweepSender sender = new SweepSender(tracked);
    sweep = sender;
    queue.add(sender::begin);
    fence();
  }

  /** Logs a finished trial; several are sent at a time. */
  public void trial(TrackedTrial trial) {
    SweepSender sender = begun();
    after(trial.key());
    queue.add(client -> sender.trial(client, trial));
    queued(trial.key());
  }

  /**
   * Logs metrics of the whole sweep to the parent run.
   *
   * @param step of all of them: how many trials are over
   */
  public void metrics(Map<String, Double> metrics, long step, long timeMillis) {
    SweepSender sender = begun();
    Map<String, Double> copy = Map.copyOf(metrics);
    queue.add(client -> sender.metrics(client, copy, step, timeMillis));
  }

  /** Says in a sentence what came out, in the note of the experiment. */
  public void conclude(String result) {
    SweepSender sender = begun();
    queue.add(client -> sender.conclude(client, result));
  }

  /** Logs curves of the baseline to the parent run, where the trials have them not. */
  public void curve(List<CurvePoint> points) {
    SweepSender sender = begun();
    List<CurvePoint> copy = List.copyOf(points);
    queue.add(client -> sender.curve(client, copy));
  }

  /**
   * Logs a file.
   *
   * @param key of a trial, or of the sweep
   * @param path below the run's artifacts, with {@code /}
   */
  public void artifact(String key, String path, Content content) {
    SweepSender sender = begun();
    after(key);
    queue.add(client -> sender.artifact(client, key, path, content));
  }

  /** Marks the front, once all trials are sent, and sees to it that each has one run. */
  public void front(TrackedFront front) {
    SweepSender sender = begun();
    fence();
    queue.add(client -> sender.front(client, front));
    fence();
  }

  /**
   * Puts a trial's model into the registry, once its artifacts are sent.
   *
   * @return what came of it, after {@link #drain}; left open where it could not be sent
   */
  public Future<Registered> register(Registration wanted) {
    SweepSender sender = begun();
    CompletableFuture<Registered> registered = new CompletableFuture<>();
    fence();
    queue.add(client -> registered.complete(sender.register(client, wanted)));
    return registered;
  }

  /**
   * Ends the sweep, once all else is sent.
   *
   * @param tags that say what came out
   */
  public void end(Ending ending, Map<String, String> tags, long endMillis) {
    SweepSender sender = begun();
    Map<String, String> copy = Map.copyOf(tags);
    fence();
    queue.add(client -> sender.end(client, RunStatus.valueOf(ending.name()), copy, endMillis));
  }

  /**
   * Marks the sweep as stopped, before all that waits to be sent: the process may not live to send
   * it. {@link #end} comes all the same, if it does.
   */
  public void stop(Map<String, String> tags, long endMillis) {
    SweepSender sender = begun();
    Map<String, String> copy = Map.copyOf(tags);
    queue.addFirst(client -> sender.stop(client, copy, endMillis));
  }

  /** The end of a sweep, in MLflow's words. */
  public enum Ending {
    /** All of its trials are over, well or not. */
    FINISHED,
    /** It was stopped, or its time was over, before all of them were. */
    KILLED,
    /** It broke off. */
    FAILED
  }

  private void after(String key) {
    synchronized (queued) {
      if (queued.contains(key)) {
        fence();
      }
    }
  }

  private void queued(String key) {
    synchronized (queued) {
      queued.add(key);
    }
  }

  private void fence() {
    synchronized (queued) {
      queue.fence();
      queued.clear();
    }
  }

  private SweepSender begun() {
    SweepSender sender = sweep;
    if (sender == null) {
      throw new IllegalStateException("begin comes first");
    }
    return sender;
  }

  /** The problems in the order in which they came; empty where everything was sent so far. */
  public List<String> problems() {
    return queue.problems();
  }

  /** The number of calls that were given up so far; those that still wait are not counted. */
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
    try {
      if (server != null) {
        server.close();
      }
    } catch (IOException e) {
      LOG.warn("the embedded tracking server failed to stop", e);
    }
  }
}
