package dev.espalier.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.espalier.workers.data.Transfer.Archive;
import dev.espalier.workers.facts.StageId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
  private static final byte[] CONTENT = SmallData.pixels(1, 100, 1000, 3, 2, 1).values();
  private static final String SHA256 = StageId.sha256(CONTENT);

  @TempDir Path dir;
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    serve("/good", 200, CONTENT.length, CONTENT.length);
    serve("/missing", 404, 10, 10);
    serve("/short", 200, 1000, 1000);
    serve("/long", 200, CONTENT.length, CONTENT.length);
    serve("/torn", 200, CONTENT.length, 5000);
    server.createContext(
        "/stalled",
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT, 0, 5000);
          exchange.getResponseBody().flush();
          try {
            stop.await(20, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    stop.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void fetchesWhatTheHashNames() throws Exception {
    List<Long> done = new ArrayList<>();
    Download.fetch(
        List.of(archive("/good", CONTENT.length, SHA256)),
        dir,
        (bytes, total) -> {
          assertEquals(CONTENT.length, total);
          done.add(bytes);
        },
        Duration.ofSeconds(20));
    assertArrayEquals(CONTENT, Files.readAllBytes(dir.resolve("good")));
    assertEquals(done.stream().sorted().toList(), done);
    assertEquals(CONTENT.length, done.get(done.size() - 1));
    assertOnlyFile("good");
  }

  @Test
  void fetchesNothingTwice() throws Exception {
    fetch(archive("/good", CONTENT.length, SHA256));
    fetch(archive("/good", CONTENT.length, SHA256));
    assertEquals(1, requests.get());
  }

  @Test
  void fetchesAgainWhatIsDamaged() throws Exception {
    byte[] damaged = CONTENT.clone();
    damaged[1000] ^= 1;
    Files.write(dir.resolve("good"), damaged);
    fetch(archive("/good", CONTENT.length, SHA256));
    assertArrayEquals(CONTENT, Files.readAllBytes(dir.resolve("good")));
  }

  @Test
  void refusesAWrongHash() throws IOException {
    String other = "0".repeat(64);
    assertRefused(
        archive("/good", CONTENT.length, other),
        "must have SHA-256 " + other + ", found " + SHA256 + "; try again later");
  }

  @Test
  void refusesAMissingFile() throws IOException {
    assertRefused(
        archive("/missing", CONTENT.length, SHA256),
        "the server must answer 200, found 404; the file may have moved; try again later");
  }

  @Test
  void refusesAFileOfAnotherLength() throws IOException {
    assertRefused(
        archive("/short", CONTENT.length, SHA256),
        "must have 300000 bytes, found 1000; try again later");
    assertRefused(archive("/long", 1000, SHA256), "must have 1000 bytes, found at least ");
  }

  @Test
  void refusesAFileThatBreaksOff() throws IOException {
    assertRefused(
        archive("/torn", CONTENT.length, SHA256),
        "cannot be fetched to " + dir.resolve("torn") + ": ");
  }

  @Test
  void givesUpAServerThatSendsNothingMore() throws IOException {
    assertRefused(
        archive("/stalled", CONTENT.length, SHA256),
        "the server sent nothing for 1 seconds, after 5000 of 300000 bytes; try again later");
  }

  @Test
  void saysThatAServerIsNotThere() throws IOException {
    server.stop(0);
    assertRefused(
        archive("/good", CONTENT.length, SHA256),
        "cannot be fetched to " + dir.resolve("good") + ": ConnectException");
  }

  @Test
  void unpacksAnArchiveAndDeletesIt() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(TarTest.archive(TarTest.entry("folder/file", '0', CONTENT)));
    }
    Path archive = Files.write(dir.resolve("archive.tar.gz"), packed.toByteArray());
    Download.unpack(archive, dir);
    assertArrayEquals(CONTENT, Files.readAllBytes(dir.resolve("folder/file")));
    assertOnlyFile("folder");
  }

  @Test
  void refusesWhatHasNoDownload() {
    DataException e =
        assertThrows(DataException.class, () -> Download.fetch("shapes", dir, (done, total) -> {}));
    assertEquals(
        "data: only cifar10, mnist and fashion-mnist can be downloaded, found shapes, which needs"
            + " no files",
        e.getMessage());
  }

  private void serve(String path, int status, int announced, int sent) {
    server.createContext(
        path,
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(status, announced);
          exchange.getResponseBody().write(Arrays.copyOf(CONTENT, sent));
          exchange.close();
        });
  }

  private Archive archive(String path, long bytes, String sha256) {
    return new Archive(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path), bytes, sha256);
  }

  private void fetch(Archive archive) throws DataException, InterruptedException {
    Download.fetch(List.of(archive), dir, (done, total) -> {}, Duration.ofSeconds(1));
  }

  private void assertRefused(Archive archive, String what) throws IOException {
    DataException e = assertThrows(DataException.class, () -> fetch(archive));
    assertTrue(e.getMessage().startsWith(archive.uri() + ": " + what), e.getMessage());
    try (Stream<Path> left = Files.list(dir)) {
      assertEquals(List.of(), left.toList());
    }
  }

  private void assertOnlyFile(String name) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      assertEquals(List.of(dir.resolve(name)), files.toList());
    }
  }
}
