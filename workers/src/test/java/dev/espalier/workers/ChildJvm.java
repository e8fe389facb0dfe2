package dev.espalier.workers;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Programs of the tests in a process of their own. */
public final class ChildJvm {
  /** An exit code, and what was printed on both streams. */
  public record Ended(int code, List<String> output) {}

  private ChildJvm() {}

  /** The lines that {@code main} prints, on the whole class path. */
  public static List<String> lines(Class<?> main, List<String> options) throws Exception {
    Ended ended = run(main, options, Map.of(), entry -> true);
    if (ended.code() != 0) {
      throw new AssertionError(String.join("\n", ended.output()));
    }
    return ended.output();
  }

  /** Runs {@code main} on the whole class path. */
  public static Ended run(Class<?> main, List<String> options, Map<String, String> environment)
      throws IOException, InterruptedException {
    return run(main, options, environment, entry -> true);
  }

  /**
   * Runs {@code main} on a part of the class path.
   *
   * @param options for the JVM
   * @param environment variables on top of those of this process
   * @param kept the file names that stay on the class path
   */
  public static Ended run(
      Class<?> main, List<String> options, Map<String, String> environment, Predicate<String> kept)
      throws IOException, InterruptedException {
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> kept.test(new File(entry).getName()))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
            "-Dorg.bytedeco.javacpp.maxbytes=0",
            "-Dorg.slf4j.simpleLogger.logFile=target/primitives-child.log",
            "-cp",
            path));
    command.add(main.getName());
    ProcessBuilder child = new ProcessBuilder(command).redirectErrorStream(true);
    // glibc keeps what threads have freed in an arena for each of them, up to 8 for each core.
    child.environment().put("MALLOC_ARENA_MAX", "1");
    child.environment().putAll(environment);
    Process process = child.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output.lines().toList());
  }
}
