package dev.espalier.deploy;

import dev.espalier.workers.storage.HadoopSettings;
import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real process that speaks S3's protocol: S3Proxy over a folder, which checks signatures and
 * creates an object with {@code If-None-Match: *} by a hard link, so that one of several wins.
 *
 * @param folder its buckets are folders in {@code buckets}
 */
record S3Server(Process process, Path folder, int port) implements AutoCloseable {
  static final String BUCKET = "sweeps";
  static final String SECRET = "4kTheSecretKeyOfTheTests";

  private static final String KEY = "tester";
  private static final int MOST_SECONDS = 120;

  /** Starts it, with an empty bucket. */
  static S3Server start(Path folder) throws Exception {
    Files.createDirectories(folder.resolve("buckets").resolve(BUCKET));
    int port = freePort();
    Path settings =
        Files.writeString(
            folder.resolve("s3proxy.conf"),
            """
            s3proxy.endpoint=http://127.0.0.1:%d
            s3proxy.authorization=aws-v2-or-v4
            s3proxy.identity=%s
            s3proxy.credential=%s
            jclouds.provider=filesystem-nio2
            jclouds.filesystem.basedir=%s
            """
                .formatted(port, KEY, SECRET, folder.resolve("buckets")));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path jar = Distribution.HOME.resolveSibling("s3proxy.jar");
    Path log = folder.resolve("s3proxy.log");
    Process process =
        new ProcessBuilder(
                java.toString(), "-Xmx256m", "-jar", "" + jar, "--properties", "" + settings)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    S3Server server = new S3Server(process, folder, port);
    for (int i = 0; i < MOST_SECONDS * 10 && process.isAlive(); i++) {
      if (server.answers()) {
        return server;
      }
      Thread.sleep(100);
    }
    server.close();
    throw new AssertionError("S3Proxy did not start: " + Files.readString(log));
  }

  String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  /** The folder of the bucket. */
  Path bucket() {
    return folder.resolve("buckets").resolve(BUCKET);
  }

  String address(String name) {
    return "s3a://" + BUCKET + "/" + name;
  }

  /** What a client must know, by Hadoop's names. */
  Map<String, String> settings() {
    return new TreeMap<>(
        Map.of(
            "fs.s3a.endpoint",
            endpoint(),
            "fs.s3a.endpoint.region",
            "us-east-1",
            "fs.s3a.path.style.access",
            "true",
            "fs.s3a.access.key",
            KEY,
            "fs.s3a.secret.key",
            SECRET));
  }

  /** The same as options of {@code espalier}. */
  List<Object> options() {
    List<Object> options = new ArrayList<>();
    settings().forEach((key, value) -> options.addAll(List.of("--conf", setting(key, value))));
    return options;
  }

  /** Puts the files of a folder into the bucket, as a client does. */
  void put(Path files, String name) throws IOException {
    new HadoopSettings(settings()).use();
    Storage there = Storages.at(address(name));
    try (Stream<Path> list = Files.list(files)) {
      for (Path file : list.toList()) {
        there.write(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
  }

  /** The same in a core-site.xml: its folder. */
  Path site() throws IOException {
    StringBuilder xml = new StringBuilder("<configuration>\n");
    settings()
        .forEach(
            (key, value) ->
                xml.append(
                    "<property><name>%s</name><value>%s</value></property>%n"
                        .formatted(key, value)));
    Path site = Files.createDirectories(folder.resolve("site"));
    Files.writeString(site.resolve("core-site.xml"), xml.append("</configuration>\n"));
    return site;
  }

  static String setting(String key, String value) {
    return "spark.hadoop." + key + "=" + value;
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
