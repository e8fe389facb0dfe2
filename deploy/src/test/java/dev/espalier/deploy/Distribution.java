package dev.espalier.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The assembled distribution and what its scripts do. */
final class Distribution {
  static final Path HOME =
      Path.of(Objects.requireNonNull(System.getProperty("espalier.distribution")));

  private static final long MOST_MINUTES = 8;

  /**
   * How a command ended.
   *
   * @param code of its exit
   * @param said on both streams
   */
  record Ended(int code, String said) {}

  private Distribution() {}

  /** Names of the files in a folder of it. */
  static List<String> names(String folder) throws IOException {
    try (Stream<Path> files = Files.list(HOME.resolve(folder))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Runs {@code bin/espalier} to its end. */
  static Ended espalier(Path log, Object... arguments) throws Exception {
    return ended(start(log, Map.of(), "bin/espalier", arguments), log);
  }

  /** Starts one of its scripts; what it says goes to {@code log}. */
  static Process start(Path log, Map<String, String> environment, String script, Object... words)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(HOME.resolve(script).toString()));
    Stream.of(words).map(Object::toString).forEach(command::add);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    // The scripts find the JDK that runs the tests, and nothing of the developer's own clusters.
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.matches("(SPARK|HADOOP|YARN)_.*") && !environment.containsKey(name));
    return builder.start();
  }

  /** Waits for its end. */
  static Ended ended(Process process, Path log) throws IOException, InterruptedException {
    if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("did not end in time: " + Files.readString(log));
    }
    return new Ended(process.exitValue(), Files.readString(log));
  }
}
