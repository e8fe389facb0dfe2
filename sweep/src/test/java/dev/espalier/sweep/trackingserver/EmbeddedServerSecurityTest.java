package dev.espalier.sweep.trackingserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Raw sockets: no HTTP library stands between the test and what a hostile client could send. */
class EmbeddedServerSecurityTest {
  private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";

  /** A request that reads something that every store has. */
  private static final String READ = "GET /api/2.0/mlflow/experiments/get?experiment_id=0";

  @TempDir Path folder = Path.of("");
  private Path out = Path.of("");

  @SuppressWarnings("NullAway.Init") // JUnit runs start() first.
  private EmbeddedServer server;

  @BeforeEach
  void start() throws IOException {
    out = folder.resolve("out");
    server = EmbeddedServer.start(out);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void wantsItsToken() throws IOException {
    assertEquals(200, status(READ, host(), token(), ""));
    assertEquals(401, status(READ, host(), "", ""));
    assertEquals(401, status(READ, host(), "Authorization: Bearer \r\n", ""));
    assertEquals(401, status(READ, host(), token().replace("Bearer", "Basic"), ""));
    assertEquals(401, status("PUT " + ARTIFACTS + "1/x", host(), "", "x"));
    assertEquals(401, status("POST /api/2.0/mlflow/experiments/create", host(), "", "{}"));
    assertFalse(Files.exists(out.resolve("mlartifacts/1")));
  }

  @Test
  void makesAnotherTokenForEachServer() throws IOException {
    assertEquals(64, server.token().length());
    try (EmbeddedServer other = EmbeddedServer.start(folder.resolve("other"))) {
      assertNotEquals(server.token(), other.token());
    }
  }

  @Test
  void answersOnlyUnderItsOwnName() throws IOException {
    assertEquals(200, status(READ, "localhost:" + port(), token(), ""));
    for (String host :
        List.of(
            "evil.example",
            "evil.example:" + port(),
            "127.0.0.1",
            "127.0.0.1:1",
            "127.0.0.1:" + port() + ".evil.example",
            "")) {
      assertEquals(403, status(READ, host, token(), ""), host);
    }
  }

  @Test
  void listensOnLoopbackOnly() throws IOException {
    List<InetAddress> others;
    try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
      others =
          interfaces
              .flatMap(NetworkInterface::inetAddresses)
              .filter(a -> !a.isLoopbackAddress())
              .toList();
    }
    for (InetAddress address : others) {
      try (Socket socket = new Socket()) {
        assertThrows(
            IOException.class,
            () -> socket.connect(new InetSocketAddress(address, port()), 500),
            address.toString());
      }
    }
    assertTrue(server.uri().startsWith("http://127.0.0.1:"));
  }

  @Test
  void keepsArtifactsBelowTheirFolder() throws IOException {
    Files.writeString(folder.resolve("secret"), "secret");
    Files.writeString(out.resolve("secret"), "secret");
    for (String path :
        List.of(
            "../secret",
            "1/../../secret",
            "%2e%2e/secret",
            "%2E%2E%2Fsecret",
            "1/..%2f..%2fsecret",
            "..%5csecret",
            "1%5c..%5csecret",
            "/" + out.resolve("secret"),
            "%2f" + out.resolve("secret"),
            "C:/secret",
            "1/x%00.txt",
            "1/x%0a",
            "1//x",
            "1/./x",
            "1/x/",
            "",
            "1/%zz",
            "1/%",
            "1/%ff")) {
      for (String method : List.of("GET ", "PUT ")) {
        assertEquals(400, status(method + ARTIFACTS + path, host(), token(), "overwritten"), path);
      }
    }
    assertEquals(404, status("GET " + ARTIFACTS + "%252e%252e/secret", host(), token(), ""));
    assertEquals("secret", Files.readString(out.resolve("secret")));
    assertEquals("secret", Files.readString(folder.resolve("secret")));
    try (Stream<Path> files = Files.list(out.resolve("mlartifacts"))) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void followsNoLink() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    Path artifacts = Files.createDirectories(out.resolve("mlartifacts/1"));
    Files.createSymbolicLink(artifacts.resolve("folder"), outside);
    Files.createSymbolicLink(artifacts.resolve("file"), outside.resolve("secret"));

    for (String path : List.of("1/folder/secret", "1/folder/new", "1/file")) {
      assertEquals(400, status("GET " + ARTIFACTS + path, host(), token(), ""), path);
      assertEquals(400, status("PUT " + ARTIFACTS + path, host(), token(), "x"), path);
    }
    assertEquals("secret", Files.readString(outside.resolve("secret")));
    assertFalse(Files.exists(outside.resolve("new")));
  }

  @Test
  void storesAndGivesBackAnArtifact() throws IOException {
    assertEquals(
        200, status("PUT " + ARTIFACTS + "1/r/artifacts/a%20b.txt", host(), token(), "hi"));
    assertEquals("hi", Files.readString(out.resolve("mlartifacts/1/r/artifacts/a b.txt")));
    String answer = exchange("GET " + ARTIFACTS + "1/r/artifacts/a%20b.txt", host(), token(), "");
    assertTrue(answer.endsWith("\r\n\r\nhi"), answer);
    assertTrue(answer.toLowerCase(Locale.ROOT).contains("content-disposition: attachment"), answer);
    assertEquals(400, status("PUT " + ARTIFACTS + "1/r", host(), token(), "a folder"));
    assertEquals(
        400, status("PUT " + ARTIFACTS + "1/r/artifacts/a%20b.txt/c", host(), token(), "a file"));
    assertEquals(404, status("GET " + ARTIFACTS + "1/r/artifacts/none", host(), token(), ""));
  }

  @Test
  void limitsBodiesByTheirLengthBeforeItReadsThem() throws IOException {
    String create = "POST /api/2.0/mlflow/experiments/create";
    assertEquals(413, status(create, host(), token() + "Content-Length: 1000001\r\n", null));
    assertEquals(
        413,
        status(
            "PUT " + ARTIFACTS + "1/x", host(), token() + "Content-Length: 209715201\r\n", null));
  }

  @Test
  void limitsBodiesThatDoNotSayTheirLength() throws IOException {
    // One byte too many, and no end: the server must not wait for one.
    String body = ("186a0\r\n" + " ".repeat(100_000) + "\r\n").repeat(10) + "1\r\n \r\n";
    assertEquals(
        413,
        status(
            "POST /api/2.0/mlflow/experiments/create",
            host(),
            token() + "Transfer-Encoding: chunked\r\n" + "\r\n" + body,
            null));
  }

  @Test
  void leavesNothingOfAnArtifactThatIsTooLarge() throws IOException {
    ArtifactFolder artifacts = new ArtifactFolder(folder.resolve("small"));
    artifacts.put("1/x", new ByteArrayInputStream(new byte[10]), 10);
    ApiException refused =
        assertThrows(
            ApiException.class,
            () -> artifacts.put("1/x", new ByteArrayInputStream(new byte[11]), 10));
    assertEquals(413, refused.code().status);
    assertEquals(10, Files.size(folder.resolve("small/1/x")));
    try (Stream<Path> files = Files.list(folder.resolve("small"))) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void refusesOtherMethodsAndPaths() throws IOException {
    assertEquals(405, status("DELETE " + ARTIFACTS + "1/x", host(), token(), ""));
    assertEquals(405, status("GET /api/2.0/mlflow/runs/create", host(), token(), ""));
    assertEquals(405, status("POST /api/2.0/mlflow/runs/get", host(), token(), "{}"));
    assertEquals(405, status("POST " + ARTIFACTS + "1/x", host(), token(), ""));
    assertEquals(404, status("GET /", host(), token(), ""));
    assertEquals(404, status("GET /mlflow.db", host(), token(), ""));
    assertEquals(404, status("POST /api/2.0/mlflow/runs/log-inputs", host(), token(), "{}"));
  }

  @Test
  void saysInJsonWhatIsWrong() throws IOException {
    String create = "POST /api/2.0/mlflow/experiments/create";
    assertTrue(
        exchange(create, host(), token(), "{\"name\": 7")
            .contains("{\"error_code\": \"BAD_REQUEST\""));
    assertTrue(
        exchange(create, host(), token(), "{}")
            .contains(
                "{\"error_code\": \"INVALID_PARAMETER_VALUE\", \"message\": \"Missing value"));
    assertEquals(200, status(create, host(), token(), "{\"name\": \"n\", \"unknown\": [1]}"));
  }

  @Test
  void bindsValuesOfASearchAndNeverSplicesThem() throws IOException {
    String search = "POST /api/2.0/mlflow/runs/search";
    for (String filter :
        List.of("tags.`'; DROP TABLE runs; --` = '1'", "tags.a = \\\"'; DROP TABLE runs; --\\\"")) {
      assertEquals(
          200,
          status(
              search,
              host(),
              token(),
              "{\"experiment_ids\": [\"0'\"], \"filter\": \"" + filter + "\"}"),
          filter);
    }
    assertEquals(
        400, status(search, host(), token(), "{\"order_by\": [\"start_time; DROP TABLE runs\"]}"));
    assertEquals(200, status(search, host(), token(), "{\"experiment_ids\": [\"0\"]}"));
  }

  @Test
  void refusesSearchesThatAreTooLargeForTheDatabase() throws IOException {
    String search = "POST /api/2.0/mlflow/runs/search";
    String and = String.join(" AND ", Collections.nCopies(20_000, "tags.a = 'x'"));
    assertEquals(400, status(search, host(), token(), "{\"filter\": \"" + and + "\"}"));
    String order = String.join(", ", Collections.nCopies(3_000, "\"start_time\""));
    assertEquals(400, status(search, host(), token(), "{\"order_by\": [" + order + "]}"));
    String ids = String.join(", ", Collections.nCopies(40_000, "\"0\""));
    assertEquals(400, status(search, host(), token(), "{\"experiment_ids\": [" + ids + "]}"));
    String deep = "[".repeat(200_000);
    assertEquals(400, status(search, host(), token(), "{\"filter\": " + deep));
    assertEquals(400, status(search, host(), token(), "{\"x\": " + deep));
    assertEquals(200, status(READ, host(), token(), ""));
  }

  private int port() {
    return URI.create(server.uri()).getPort();
  }

  private String host() {
    return "127.0.0.1:" + port();
  }

  private String token() {
    return "Authorization: Bearer " + server.token() + "\r\n";
  }

  /** Reads the first line only: a server that waits for the rest of a body stays connected. */
  private int status(String request, String host, String headers, @Nullable String body)
      throws IOException {
    try (Socket socket = send(request, host, headers, body)) {
      return Integer.parseInt(
          new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8).substring(9));
    }
  }

  private String exchange(String request, String host, String headers, String body)
      throws IOException {
    try (Socket socket = send(request, host, headers, body)) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** With no body the headers say, or hold, what follows them. */
  private Socket send(String request, String host, String headers, @Nullable String body)
      throws IOException {
    String length =
        body == null
            ? ""
            : "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n";
    String text =
        request
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nConnection: close\r\n"
            + length
            + headers
            + (headers.contains("\r\n\r\n") ? "" : "\r\n")
            + (body == null ? "" : body);
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    return socket;
  }
}
