package dev.espalier.sweep.report;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The folder of a sweep whose trials come to an end one after the other, as the committed ones did.
 */
record FollowedSweep(Path folder, List<String> lines) {
  private static final Path COMMITTED = Path.of("../docs/cifar10-pruning");

  /** None of its trials is over. */
  static FollowedSweep begunIn(Path folder) throws IOException {
    for (String name : List.of("spec.yaml", "plan.json")) {
      Files.copy(COMMITTED.resolve(name), folder.resolve(name));
    }
    List<String> lines = Files.readAllLines(COMMITTED.resolve("results.jsonl"));
    return new FollowedSweep(folder, lines);
  }

  RunDirectory directory() {
    return new RunDirectory(folder);
  }

  /** The trials of these places are over. */
  void complete(int from, int to) throws IOException {
    write(lines.subList(from, to));
  }

  /** One trial has failed. */
  TrialResult fail(int place, String reason) throws IOException {
    TrialResult was = TrialResult.read(lines.get(place));
    TrialResult failed =
        new TrialResult(
            was.trial(),
            was.name(),
            was.standsFor(),
            was.pipelines(),
            was.control(),
            was.parameters(),
            Metrics.NONE,
            was.path(),
            reason,
            was.seconds(),
            was.secondsOwn());
    write(List.of(failed.write()));
    return failed;
  }

  private void write(List<String> some) throws IOException {
    Files.writeString(
        folder.resolve("results.jsonl"),
        String.join("\n", some) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
