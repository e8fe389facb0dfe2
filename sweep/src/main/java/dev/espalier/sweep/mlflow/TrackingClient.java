package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.trackingserver.Messages;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;
import org.mlflow_project.google.protobuf.Message;

/**
 * MLflow's Java client with what it lacks: time limits, retries that wait and spare what cannot get
 * better, and artifacts over HTTP (its own artifact calls start a Python process). For one thread.
 */
final class TrackingClient implements AutoCloseable {
  private static final int ATTEMPTS = 3;
  private static final long FIRST_WAIT_MILLIS = 100;
  private static final int BAD_REQUEST_END = 500;
  private static final int NOT_FOUND = 404;
  private static final String API = "/api/2.0/mlflow/";
  private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";

  private final String uri;
  private final BasicMlflowHostCreds credentials;
  private final Duration timeout;
  private final SplittableRandom jitter = new SplittableRandom(1);
  private final HttpClient http;
  private final ExecutorService calls =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "tracking-call");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicLong ended = new AtomicLong();
  private @Nullable MlflowClient client;

  /** A call to the server. */
  interface Call<T> {
    T on(MlflowClient client);
  }

  /**
   * @param timeout for each call with all its retries
   * @param http for what MLflow's client does not do; several may share it
   */
  TrackingClient(BasicMlflowHostCreds credentials, Duration timeout, HttpClient http) {
    this.uri = credentials.getHost();
    this.credentials = credentials;
    this.timeout = timeout;
    this.http = http;
  }

  /** Calls the server; tries again, within the time limit, what may go better the next time. */
  <T> T call(String what, Call<T> call) throws TrackingFailure {
    return retry(what, ATTEMPTS, () -> call.on(client()));
  }

  /** Calls the server once: for what must not be done twice. */
  <T> T callOnce(String what, Call<T> call) throws TrackingFailure {
    return retry(what, 1, () -> call.on(client()));
  }

  /** The number of calls that have ended, well or not. */
  long ended() {
    return ended.get();
  }

  /** Gives the run {@code id} its last status. */
  void end(String what, String id, RunStatus status, long endMillis) throws TrackingFailure {
    call(
        what,
        c -> {
          c.setTerminated(id, status, endMillis);
          return id;
        });
  }

  /** Puts an artifact at {@code path}, percent-encoded, with the run's folder before it. */
  void put(String what, String path, byte[] content) throws TrackingFailure {
    HttpRequest.Builder request =
        request(ARTIFACTS + path).PUT(HttpRequest.BodyPublishers.ofByteArray(content));
    retry(what, ATTEMPTS, () -> send(request));
  }

  /**
   * Posts a request that a server of another version may not know, or may refuse because what it
   * asks for is there: MLflow's own client would ask three times, and log a warning each time.
   *
   * @param endpoint below {@code /api/2.0/mlflow/}
   */
  <A extends Message.Builder> A post(String what, String endpoint, Message request, A answer)
      throws TrackingFailure {
    HttpRequest.Builder post =
        request(API + endpoint)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Messages.json(request)));
    Messages.merge(retry(what, ATTEMPTS, () -> send(post)), answer);
    return answer;
  }

  /** Gets an answer, as {@link #post} does; {@code request} has texts and numbers only. */
  <A extends Message.Builder> A get(String what, String endpoint, Message request, A answer)
      throws TrackingFailure {
    HttpRequest.Builder get = request(API + endpoint + "?" + Messages.query(request)).GET();
    Messages.merge(retry(what, ATTEMPTS, () -> send(get)), answer);
    return answer;
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri + path)).timeout(timeout);
    String authorization = authorization();
    return authorization.isEmpty() ? request : request.header("Authorization", authorization);
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new MlflowHttpException(response.statusCode(), "", response.body());
    }
    return response.body();
  }

  private String authorization() {
    String user = credentials.getUsername();
    if (user != null) {
      byte[] pair = (user + ":" + credentials.getPassword()).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
    return credentials.getToken() == null ? "" : "Bearer " + credentials.getToken();
  }

  private <T> T retry(String what, int attempts, Callable<T> call) throws TrackingFailure {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (int attempt = 1; ; attempt++) {
      Exception failure;
      Future<T> future = calls.submit(call);
      try {
        return future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        future.cancel(true);
        drop();
        throw new TrackingFailure(
            what + ": no answer from " + uri + " within " + timeout.toMillis() + " ms",
            TrackingFailure.Kind.AMBIGUOUS);
      } catch (InterruptedException e) {
        future.cancel(true);
        drop();
        Thread.currentThread().interrupt();
        throw new TrackingFailure(
            what + ": stopped while it was sent to " + uri, TrackingFailure.Kind.AMBIGUOUS);
      } catch (ExecutionException e) {
        failure = e.getCause() instanceof Exception cause ? cause : e;
      } finally {
        ended.incrementAndGet();
      }
      boolean again = mayGoBetter(failure);
      long wait = FIRST_WAIT_MILLIS << (2 * (attempt - 1));
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (!again || attempt == attempts || 2 * wait >= left) {
        throw new TrackingFailure(what + ": " + describe(failure), kind(failure));
      }
      pause(what, wait + jitter.nextLong(wait));
    }
  }

  private void pause(String what, long millis) throws TrackingFailure {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrackingFailure(
          what + ": stopped before it was sent to " + uri, TrackingFailure.Kind.AMBIGUOUS);
    }
  }

  private static boolean mayGoBetter(Exception failure) {
    if (failure instanceof MlflowHttpException refused) {
      return refused.getStatusCode() >= BAD_REQUEST_END;
    }
    return failure instanceof IOException
        || (failure instanceof MlflowClientException && failure.getCause() instanceof IOException);
  }

  private static TrackingFailure.Kind kind(Exception failure) {
    if (mayGoBetter(failure)) {
      return TrackingFailure.Kind.AMBIGUOUS;
    }
    if (failure instanceof MlflowHttpException refused) {
      String body = String.valueOf(refused.getBodyMessage());
      if (body.contains("RESOURCE_ALREADY_EXISTS")) {
        return TrackingFailure.Kind.EXISTS;
      }
      // Without a server of MLflow's words behind it: the page of a web server for an unknown path.
      if (refused.getStatusCode() == NOT_FOUND && !body.contains("RESOURCE_DOES_NOT_EXIST")) {
        return TrackingFailure.Kind.UNKNOWN_CALL;
      }
    }
    return TrackingFailure.Kind.REFUSED;
  }

  private String describe(Exception failure) {
    if (failure instanceof MlflowHttpException refused) {
      String body = String.valueOf(refused.getBodyMessage());
      return uri
          + " answered "
          + refused.getStatusCode()
          + " "
          + body.substring(0, Math.min(body.length(), 300)).replaceAll("\\s+", " ");
    }
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return uri + " cannot be reached: " + cause;
  }

  private synchronized MlflowClient client() {
    if (client == null) {
      client = new MlflowClient(credentials);
    }
    return client;
  }

  /** Gives up the connections of a call that hangs: MLflow's client would wait for ever. */
  private synchronized void drop() {
    MlflowClient hanging = client;
    client = null;
    if (hanging != null) {
      calls.execute(hanging::close);
    }
  }

  @Override
  public void close() {
    drop();
    calls.shutdown();
  }

  /** A file that is read when it is sent, so that the models of a front do not lie in memory. */
  interface Content {
    /** The bytes; empty where the file is no longer there, and then nothing is sent. */
    Optional<byte[]> read() throws IOException;
  }
}
