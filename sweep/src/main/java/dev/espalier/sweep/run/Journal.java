package dev.espalier.sweep.run;

import dev.espalier.workers.checkpoint.ResultJson;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import dev.espalier.workers.storage.Durable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is finished: {@code stages.jsonl} and {@code results.jsonl}, the only truth about a sweep.
 * The last line of a stage or a trial wins. A sweep that several machines see has {@link Records}
 * instead, in {@code journal/stages} and {@code journal/results}.
 */
public final class Journal implements AutoCloseable {
  private static final String STAGES = "stages";
  private static final String RESULTS = "results";

  private final Map<StageId, StageResult> stages = new LinkedHashMap<>();
  private final Map<String, TrialResult> trials = new LinkedHashMap<>();
  private final Lines stageLines;
  private final Lines trialLines;

  /**
   * What stands in a journal: stages by id, and trials by id, in the order of their first lines.
   */
  public record Entries(Map<StageId, StageResult> stages, Map<String, TrialResult> trials) {

    /** Writes them as the journal of a folder of this machine, in place of what is there. */
    void write(Path root) throws IOException {
      replace(file(root, STAGES), stages.values().stream().map(ResultJson::write));
      replace(file(root, RESULTS), trials.values().stream().map(TrialResult::write));
    }

    private static void replace(Path file, Stream<String> lines) throws IOException {
      String text = lines.map(line -> line + "\n").collect(Collectors.joining());
      Durable.replace(file, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Journal(RunLock lock) throws IOException {
    stageLines = open(lock, STAGES, line -> put(ResultJson.read(line)));
    trialLines = open(lock, RESULTS, line -> put(TrialResult.read(line)));
  }

  /** Opens the journal of the sweep that is locked, to go on with it. */
  static Journal open(RunLock lock) throws IOException {
    return new Journal(lock);
  }

  private static Lines open(RunLock lock, String name, Consumer<String> reader) throws IOException {
    return lock instanceof Lease lease
        ? Records.open(lease, folder(name), reader)
        : JsonLines.open(file(lock.directory().root(), name), reader);
  }

  private static void read(RunDirectory directory, String name, Consumer<String> reader)
      throws IOException {
    if (directory.shared()) {
      Records.read(directory.files(), folder(name), reader);
    } else {
      JsonLines.read(file(directory.root(), name), reader);
    }
  }

  private static Path file(Path root, String name) {
    return root.resolve(name + ".jsonl");
  }

  private static String folder(String name) {
    return "journal/" + name;
  }

  /** Reads a journal, which a run may be writing at the same time. */
  public static Entries read(RunDirectory directory) throws IOException {
    Map<StageId, StageResult> stages = new LinkedHashMap<>();
    Map<String, TrialResult> trials = new LinkedHashMap<>();
    read(
        directory,
        STAGES,
        line -> {
          StageResult result = ResultJson.read(line);
          stages.put(result.id(), result);
        });
    read(
        directory,
        RESULTS,
        line -> {
          TrialResult result = TrialResult.read(line);
          trials.put(result.trial(), result);
        });
    return new Entries(stages, trials);
  }

  /** All that stands in it now. */
  Entries entries() {
    return new Entries(Collections.unmodifiableMap(stages), Collections.unmodifiableMap(trials));
  }

  Map<StageId, StageResult> stages() {
    return Collections.unmodifiableMap(stages);
  }

  void add(StageResult result) throws IOException {
    stageLines.append(ResultJson.write(result));
    put(result);
  }

  /** Adds a trial's line, unless the very same stands there already. */
  void add(TrialResult result) throws IOException {
    TrialResult known = trials.get(result.trial());
    if (known == null || !known.sameAs(result)) {
      trialLines.append(result.write());
      put(result);
    }
  }

  private void put(StageResult result) {
    stages.put(result.id(), result);
  }

  private void put(TrialResult result) {
    trials.put(result.trial(), result);
  }

  @Override
  public void close() throws IOException {
    stageLines.close();
    trialLines.close();
  }
}
