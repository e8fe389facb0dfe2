package dev.espalier.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.journal.LeaseProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Long-lived processes that race for the lock of one sweep. */
record LockRace(List<Racer> racers) implements AutoCloseable {

  /** One of them. */
  private record Racer(Process process, PrintWriter told, BufferedReader said) {
    void tell(String word) {
      told.println(word);
    }

    String answer() throws IOException {
      return String.valueOf(said.readLine());
    }
  }

  /** Starts {@code count} of them. */
  static LockRace between(int count, Path folder, S3Server server) throws IOException {
    List<Racer> racers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  LeaseProcess.class.getName(),
                  server.address("race")));
      server.settings().forEach((key, value) -> command.add(key + "=" + value));
      Process process =
          new ProcessBuilder(command)
              .redirectError(folder.resolve("racer-" + i + ".log").toFile())
              .start();
      racers.add(
          new Racer(
              process,
              new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8),
              process.inputReader(StandardCharsets.UTF_8)));
    }
    return new LockRace(racers);
  }

  /** Waits until all are there and have held the lock once. */
  void warmUp() throws IOException {
    for (Racer racer : racers) {
      assertEquals("ready", racer.answer());
    }
    for (Racer racer : racers) {
      racer.tell("take");
      assertEquals("won", racer.answer());
      racer.tell("release");
      assertEquals("released", racer.answer());
    }
  }

  /**
   * Lets all try at once.
   *
   * @return 1 if some tried to create the file that another had created, 0 if they were late and
   *     found the lock taken
   */
  int run() throws IOException {
    racers.forEach(racer -> racer.tell("take"));
    List<String> answers = new ArrayList<>();
    for (Racer racer : racers) {
      answers.add(racer.answer());
    }
    assertEquals(1, answers.stream().filter("won"::equals).count(), answers.toString());
    assertTrue(
        answers.stream().filter(a -> !a.equals("won")).allMatch(a -> a.startsWith("another run")),
        answers.toString());
    for (Racer racer : racers) {
      racer.tell("release");
      assertEquals("released", racer.answer());
    }
    return answers.stream().anyMatch(a -> a.startsWith("another run has just started")) ? 1 : 0;
  }

  /** They end with their input. */
  @Override
  public void close() throws IOException {
    for (Racer racer : racers) {
      racer.told().close();
      racer.process().destroy();
    }
  }
}
