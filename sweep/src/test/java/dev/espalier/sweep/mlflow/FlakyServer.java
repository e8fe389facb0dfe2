package dev.espalier.sweep.mlflow;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.espalier.sweep.trackingserver.EmbeddedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** Stands before an embedded server and fails as told. */
final class FlakyServer implements AutoCloseable {
  private final EmbeddedServer behind;
  private final HttpServer front;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient http = HttpClient.newHttpClient();
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();

  enum Fault {
    NONE,
    /** It takes 50 ms longer. */
    SLOW,
    /** 500, and nothing is done. */
    REFUSE,
    /** 200 and an empty answer, and nothing is done: a call that the server behind has not. */
    ACCEPT,
    /** 500, although it is done. */
    LOSE_ANSWER,
    /** No answer, ever. */
    HANG,
    /** The connection breaks. */
    BREAK
  }

  /**
   * @param faults from the path and the number of the request, from 0
   */
  FlakyServer(Path folder, BiFunction<String, Integer, Fault> faults) throws IOException {
    behind = EmbeddedServer.start(folder);
    front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    front.setExecutor(threads);
    front.createContext("/", exchange -> handle(exchange, faults));
    front.start();
  }

  private void handle(HttpExchange exchange, BiFunction<String, Integer, Fault> faults)
      throws IOException {
    String path = exchange.getRequestURI().getPath();
    Fault fault;
    synchronized (this) {
      fault = faults.apply(path, requests.size());
      requests.add(path);
    }
    try (exchange) {
      if (fault == Fault.BREAK) {
        return;
      }
      if (fault == Fault.HANG) {
        end.await();
        return;
      }
      mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (fault == Fault.SLOW) {
        Thread.sleep(50);
      }
      int status = fault == Fault.ACCEPT ? 200 : 500;
      byte[] answer = fault == Fault.ACCEPT ? new byte[] {'{', '}'} : new byte[0];
      if (fault != Fault.REFUSE && fault != Fault.ACCEPT) {
        HttpResponse<byte[]> response = forward(exchange, body);
        status = fault == Fault.LOSE_ANSWER ? 500 : response.statusCode();
        answer = response.body();
      }
      atOnce.decrementAndGet();
      exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
      exchange.getResponseBody().write(answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(behind.uri() + exchange.getRequestURI()))
            .header("Authorization", "Bearer " + behind.token())
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  String uri() {
    return "http://127.0.0.1:" + front.getAddress().getPort();
  }

  /** The paths that were asked for. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** The most requests that it was at work on at one time. */
  int mostAtOnce() {
    return mostAtOnce.get();
  }

  @Override
  public void close() throws IOException {
    end.countDown();
    front.stop(0);
    threads.shutdownNow();
    behind.close();
  }
}
