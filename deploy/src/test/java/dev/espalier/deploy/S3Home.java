package dev.espalier.deploy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The distribution as {@code -Ps3} makes it: the client for S3 lies in {@code lib/}. Its jars are
 * those on the class path of these tests that Maven got for hadoop-aws.
 */
record S3Home(Path folder) {
  private static final Set<String> BROUGHT =
      Set.of(
          "org/apache/hadoop/hadoop-aws/",
          "software/amazon/",
          "org/reactivestreams/",
          "org/apache/httpcomponents/",
          "org/wildfly/openssl/");

  /** Makes it in {@code folder}. */
  static S3Home in(Path folder) throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Files.createSymbolicLink(folder.resolve("spark"), Distribution.HOME.resolve("spark"));
    for (String name : Distribution.names("bin")) {
      copy(Distribution.HOME.resolve("bin").resolve(name), bin);
    }
    for (String name : Distribution.names("lib")) {
      copy(Distribution.HOME.resolve("lib").resolve(name), lib);
    }
    for (Path jar : client()) {
      copy(jar, lib);
    }
    return new S3Home(folder);
  }

  private static void copy(Path file, Path folder) throws IOException {
    Files.copy(
        file,
        folder.resolve(file.getFileName()),
        StandardCopyOption.COPY_ATTRIBUTES,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static List<Path> client() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(jar -> BROUGHT.stream().anyMatch(jar.replace('\\', '/')::contains))
        .map(Path::of)
        .toList();
  }

  /** Starts its {@code bin/espalier}. */
  Process start(Path log, Map<String, String> environment, List<Object> words) throws IOException {
    return Distribution.start(
        log, environment, folder.resolve("bin/espalier").toString(), words.toArray());
  }

  /** Runs its {@code bin/espalier} to its end. */
  Distribution.Ended run(Path log, Map<String, String> environment, List<Object> words)
      throws Exception {
    return Distribution.ended(start(log, environment, words), log);
  }
}
