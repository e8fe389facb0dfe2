package dev.espalier.workers.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** One file on its way from a server into a folder. */
final class Transfer {
  /**
   * A file to fetch.
   *
   * @param bytes its length
   * @param sha256 of its content, 64 lower-case hex digits
   */
  record Archive(URI uri, long bytes, String sha256) {
    /** What follows the last slash. */
    String fileName() {
      return uri.getPath().substring(uri.getPath().lastIndexOf('/') + 1);
    }
  }

  private final Archive archive;
  private final Path target;
  private final Duration patience;
  private volatile long done;
  private volatile boolean stalled;

  Transfer(Archive archive, Path folder, Duration patience) {
    this.archive = archive;
    this.target = folder.resolve(archive.fileName());
    this.patience = patience;
  }

  /**
   * Fetches the file, unless it is there. It gets its name when it is whole.
   *
   * @param progress is told the bytes so far
   */
  void run(LongConsumer progress) throws DataException, InterruptedException {
    // The process in the name: two downloads at once write two files, and either may win.
    Path part =
        target.resolveSibling(
            "%s.%d.part".formatted(archive.fileName(), ProcessHandle.current().pid()));
    try {
      if (isThere()) {
        return;
      }
      try {
        receive(part, progress);
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      String reason = e.getMessage() == null ? "" : ": " + e.getMessage();
      throw failed("cannot be fetched to %s: %s%s".formatted(target, kind(e), reason));
    }
  }

  private static String kind(IOException e) {
    return e.getClass().getSimpleName();
  }

  private boolean isThere() throws IOException {
    if (!Files.isRegularFile(target) || Files.size(target) != archive.bytes()) {
      return false;
    }
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(target)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return hex(digest).equals(archive.sha256());
  }

  private void receive(Path part, LongConsumer progress)
      throws IOException, DataException, InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(patience)
            .proxy(ProxySelector.getDefault())
            .build();
    HttpRequest request = HttpRequest.newBuilder(archive.uri()).timeout(patience).build();
    HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        throw failed(
            "the server must answer 200, found %d; the file may have moved"
                .formatted(response.statusCode()));
      }
      MessageDigest digest = sha256();
      copy(body, part, digest, progress);
      check(hex(digest));
    }
  }

  private void check(String found) throws DataException {
    if (done != archive.bytes()) {
      throw failed(
          "must have %d bytes, found %s%d"
              .formatted(archive.bytes(), done > archive.bytes() ? "at least " : "", done));
    }
    if (!found.equals(archive.sha256())) {
      throw failed("must have SHA-256 %s, found %s".formatted(archive.sha256(), found));
    }
  }

  private void copy(InputStream body, Path part, MessageDigest digest, LongConsumer progress)
      throws IOException, DataException {
    Thread watch = new Thread(() -> giveUpWhenStalled(body), "download watch");
    watch.setDaemon(true);
    watch.start();
    try (OutputStream out = Files.newOutputStream(part)) {
      byte[] buffer = new byte[1 << 16];
      long received = 0;
      int read = body.read(buffer);
      while (read >= 0 && received <= archive.bytes()) {
        out.write(buffer, 0, read);
        digest.update(buffer, 0, read);
        received += read;
        done = received;
        progress.accept(received);
        read = body.read(buffer);
      }
    } catch (IOException e) {
      // Who closed the stream is known here only; a connection that broke speaks for itself.
      if (!stalled) {
        throw e;
      }
    } finally {
      watch.interrupt();
    }
    if (stalled) {
      throw failed(
          "the server sent nothing for %d seconds, after %d of %d bytes"
              .formatted(patience.toSeconds(), done, archive.bytes()));
    }
  }

  /** Closing the stream from here ends the read that waits for the server. */
  private void giveUpWhenStalled(InputStream body) {
    try {
      long before = -1;
      while (before != done) {
        before = done;
        Thread.sleep(patience.toMillis());
      }
      stalled = true;
      body.close();
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  private DataException failed(String what) {
    return new DataException("%s: %s; try again later".formatted(archive.uri(), what));
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
