package dev.espalier.sweep.trackingserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.espalier.sweep.loopback.LoopbackServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that say half of what they have to say, and keep the connection. */
class SlowClientsTest {
  /** Less than the ten seconds after which a half head is dropped for its time. */
  private static final Duration SOON = Duration.ofSeconds(8);

  private static final String HALF_A_HEAD = "POST /api/2.0/mlflow/runs/search HTTP/1.1\r\nHost: ";

  @TempDir Path folder = Path.of("");

  @SuppressWarnings("NullAway.Init") // JUnit runs start() first.
  private EmbeddedServer server;

  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = EmbeddedServer.start(folder);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
  }

  @Test
  void thirtyHalfHeadsKeepNobodyWaiting() throws IOException {
    for (int i = 0; i < 30; i++) {
      open(HALF_A_HEAD);
    }
    assertHonestClientsAreAnswered();
  }

  @Test
  void bodiesThatNeverComeKeepNobodyWaiting() throws IOException {
    for (int i = 0; i < 30; i++) {
      open(HALF_A_HEAD + host() + "\r\nContent-Length: 60000\r\n\r\n{");
    }
    assertHonestClientsAreAnswered();
  }

  @Test
  void silentConnectionsKeepNobodyWaiting() throws IOException {
    for (int i = 0; i < 150; i++) {
      open("");
    }
    assertHonestClientsAreAnswered();
  }

  @Test
  void ofTooManyHalfHeadsTheOldestGo() throws IOException {
    for (int i = 0; i < LoopbackServer.STRANGERS + 10; i++) {
      open(HALF_A_HEAD);
    }
    Socket first = sockets.get(0);
    first.setSoTimeout((int) SOON.toMillis());
    assertEquals(-1, first.getInputStream().read(), "the connection is closed");
    assertHonestClientsAreAnswered();
  }

  private void assertHonestClientsAreAnswered() {
    assertTimeoutPreemptively(
        SOON,
        () -> {
          for (int i = 0; i < 10; i++) {
            Socket honest =
                open(
                    "GET /api/2.0/mlflow/experiments/get?experiment_id=0 HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n"
                        .formatted(host(), server.token()));
            assertEquals(
                "HTTP/1.1 200",
                new String(honest.getInputStream().readNBytes(12), StandardCharsets.UTF_8));
          }
        });
  }

  private String host() {
    return "127.0.0.1:" + URI.create(server.uri()).getPort();
  }

  private Socket open(String text) throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(server.uri()).getPort());
    sockets.add(socket);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    return socket;
  }
}
