package dev.espalier.sweep.report;

import com.sun.net.httpserver.HttpExchange;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.loopback.LoopbackServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The report of a sweep on 127.0.0.1, at an address that nobody can guess, as long as the sweep
 * runs and after. It reads the folder of the sweep and nothing else, and answers {@code GET}.
 */
public final class ReportServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReportServer.class);

  /** Several times as long as a page that follows a run waits from one question to the next. */
  private static final long RECENT_NANOS = 5_000_000_000L;

  private static final String PAGE = "text/html; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";

  private final LoopbackServer server;
  private final WatchedSweep sweep;
  private long askedAt = System.nanoTime() - RECENT_NANOS;
  private int pages;

  private ReportServer(LoopbackServer server, WatchedSweep sweep) {
    this.server = server;
    this.sweep = sweep;
  }

  /**
   * Serves from now on.
   *
   * @param port 0 for a free one
   * @param program what writes the report, with its version
   * @throws IOException if the port cannot be had
   */
  public static ReportServer start(RunDirectory directory, int port, String program)
      throws IOException {
    ReportServer server =
        new ReportServer(LoopbackServer.on(port), new WatchedSweep(directory, program));
    server.server.serve(server::answer);
    return server;
  }

  /** The address of the page, which holds the token. */
  public String address() {
    return server.uri() + "/" + server.token() + "/";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = String.valueOf(exchange.getRequestURI().getRawPath());
      int slash = Math.max(1, path.indexOf('/', 1));
      if (!server.isNamedBy(exchange) || !server.isToken(path.substring(1, slash))) {
        send(exchange, 403, TEXT, "Open the address that espalier watch has printed.\n");
        return;
      }
      server.admit();
      if (!exchange.getRequestMethod().equals("GET")) {
        send(exchange, 405, TEXT, "must be GET, found " + exchange.getRequestMethod() + "\n");
        return;
      }
      dispatch(exchange, path.substring(slash + 1));
    }
  }

  private void dispatch(HttpExchange exchange, String name) throws IOException {
    try {
      switch (name) {
        case "" -> {
          send(exchange, 200, PAGE, sweep.page());
          servedPage();
        }
        case "state" -> {
          noteQuestion();
          send(exchange, 200, "application/json", sweep.state());
        }
        default -> send(exchange, 404, TEXT, "Only the report is served here.\n");
      }
    } catch (RuntimeException e) {
      LOG.warn("{} failed", exchange.getRequestURI(), e);
      send(exchange, 500, TEXT, "The sweep cannot be read: " + e.getMessage() + "\n");
    }
  }

  private synchronized void noteQuestion() {
    askedAt = System.nanoTime();
  }

  private synchronized void servedPage() {
    pages++;
    notifyAll();
  }

  /** Where a page follows the run, lets it fetch what the run has written last: some seconds. */
  public synchronized void letPagesCatchUp() throws InterruptedException {
    int before = pages;
    long now = System.nanoTime();
    long until = now + RECENT_NANOS;
    while (now - askedAt < RECENT_NANOS && pages == before && now < until) {
      wait(Math.max(1, (until - now) / 1_000_000));
      now = System.nanoTime();
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.getResponseHeaders().set("X-Frame-Options", "DENY");
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
