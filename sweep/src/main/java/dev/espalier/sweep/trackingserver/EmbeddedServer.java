package dev.espalier.sweep.trackingserver;

import com.sun.net.httpserver.HttpExchange;
import dev.espalier.sweep.loopback.LoopbackServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MLflow's tracking API over a file {@code mlflow.db} and a folder {@code mlartifacts}, for sweeps
 * that have no tracking server. MLflow's own UI opens both afterwards, or meanwhile.
 *
 * <p>It listens on 127.0.0.1 only, on a free port. Every request must carry the token of this
 * server, and must name this very address as its host: a web page that some browser on the machine
 * shows can do neither. A request that has not shown the token has little time, and can keep nobody
 * else waiting: see {@link LoopbackServer}.
 */
public final class EmbeddedServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
  private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";
  private static final String API = "/api/2.0/mlflow/";

  /** Largest artifact, in bytes. */
  static final long ARTIFACT_BYTES = 200L << 20;

  private static final String BEARER = "Bearer ";

  private final LoopbackServer server;
  private final Database database;
  private final Endpoints endpoints;
  private final ArtifactFolder artifacts;

  private EmbeddedServer(LoopbackServer server, Database database, ArtifactFolder artifacts) {
    this.server = server;
    this.database = database;
    this.artifacts = artifacts;
    Experiments experiments = new Experiments(database);
    Runs runs = new Runs(database, experiments);
    this.endpoints = new Endpoints(experiments, runs, new Models(database), artifacts);
  }

  /**
   * Starts a server that stores below {@code folder}; what is stored there already is served on.
   *
   * @throws IOException if the folder, the database or a port cannot be had
   */
  public static EmbeddedServer start(Path folder) throws IOException {
    ArtifactFolder artifacts = new ArtifactFolder(folder.resolve("mlartifacts"));
    Database database = Database.open(folder.resolve("mlflow.db"));
    try {
      LoopbackServer http = LoopbackServer.on(0);
      EmbeddedServer server = new EmbeddedServer(http, database, artifacts);
      http.serve(server::handle);
      return server;
    } catch (IOException e) {
      database.close();
      throw e;
    }
  }

  /** Where it listens: {@code http://127.0.0.1:port}. */
  public String uri() {
    return server.uri();
  }

  /** The bearer token that every request must carry. */
  public String token() {
    return server.token();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        admit(exchange);
        server.admit();
        dispatch(exchange);
      } catch (ApiException e) {
        refuse(exchange, e.code(), String.valueOf(e.getMessage()));
      } catch (SQLException | IOException | RuntimeException e) {
        LOG.warn("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
        refuse(
            exchange,
            ApiException.Code.INTERNAL_ERROR,
            "the tracking store failed: " + e.getMessage());
      }
    }
  }

  private void admit(HttpExchange exchange) {
    if (!server.isNamedBy(exchange)) {
      throw new ApiException(
          ApiException.Code.PERMISSION_DENIED, "the Host header must name " + server.host());
    }
    String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (!given.startsWith(BEARER) || !server.isToken(given.substring(BEARER.length()))) {
      throw new ApiException(
          ApiException.Code.UNAUTHENTICATED, "this server wants its bearer token");
    }
  }

  private void dispatch(HttpExchange exchange) throws SQLException, IOException {
    URI uri = exchange.getRequestURI();
    String method = exchange.getRequestMethod();
    String path = String.valueOf(uri.getRawPath());
    if (path.startsWith(ARTIFACTS)) {
      artifact(exchange, method, path.substring(ARTIFACTS.length()));
    } else if (path.startsWith(API)) {
      String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
      String answer = endpoints.answer(method, path.substring(API.length()), query, json(exchange));
      send(exchange, 200, answer);
    } else {
      throw new ApiException(ApiException.Code.ENDPOINT_NOT_FOUND, "No endpoint " + path);
    }
  }

  private void artifact(HttpExchange exchange, String method, String path) throws IOException {
    if (method.equals("PUT")) {
      checkLength(exchange, ARTIFACT_BYTES);
      artifacts.put(path, exchange.getRequestBody(), ARTIFACT_BYTES);
      send(exchange, 200, "{}");
      return;
    }
    allow(method, "GET");
    Path file = artifacts.get(path);
    try (InputStream in = Files.newInputStream(file)) {
      // Never shown in place: a stored page must not run with this server's address.
      exchange.getResponseHeaders().set("Content-Disposition", "attachment");
      head(exchange, 200, "application/octet-stream", Files.size(file));
      in.transferTo(exchange.getResponseBody());
    }
  }

  private static void allow(String method, String allowed) {
    if (!method.equals(allowed)) {
      throw new ApiException(
          ApiException.Code.METHOD_NOT_ALLOWED, "must be " + allowed + ", found " + method);
    }
  }

  private static String json(HttpExchange exchange) throws IOException {
    checkLength(exchange, Limits.JSON_BYTES);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ArtifactFolder.copy(exchange.getRequestBody(), body, Limits.JSON_BYTES);
    return body.toString(StandardCharsets.UTF_8);
  }

  private static void checkLength(HttpExchange exchange, long limit) {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    if (length != null && length.matches("\\d{1,18}") && Long.parseLong(length) > limit) {
      throw ArtifactFolder.tooLarge(limit);
    }
  }

  private static void refuse(HttpExchange exchange, ApiException.Code code, String message)
      throws IOException {
    if (exchange.getResponseCode() >= 0) {
      return; // The answer is on its way already: breaking off is all that is left.
    }
    // An unread body would stand before the next request of this connection.
    exchange.getResponseHeaders().set("Connection", "close");
    send(exchange, code.status, errorJson(code.name(), message));
  }

  private static String errorJson(String code, String message) {
    StringBuilder json = new StringBuilder("{\"error_code\": \"" + code + "\", \"message\": \"");
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c > '~') {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append("\"}").toString();
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    head(exchange, status, "application/json", body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static void head(HttpExchange exchange, int status, String type, long length)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
  }

  /** Ends the server and leaves one complete {@code mlflow.db} behind. */
  @Override
  public void close() throws IOException {
    server.close();
    database.close();
  }
}
