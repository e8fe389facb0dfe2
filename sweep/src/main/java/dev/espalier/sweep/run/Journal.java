package dev.espalier.sweep.run;

import dev.espalier.workers.checkpoint.ResultJson;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is finished: {@code stages.jsonl} and {@code results.jsonl}, the only truth about a sweep.
 * The last line of a stage or a trial wins.
 */
public final class Journal implements AutoCloseable {
  private final Map<StageId, StageResult> stages = new LinkedHashMap<>();
  private final Map<String, TrialResult> trials = new LinkedHashMap<>();
  private final JsonLines stageLines;
  private final JsonLines trialLines;

  /**
   * What stands in a journal: stages by id, and trials by id, in the order of their first lines.
   */
  public record Entries(Map<StageId, StageResult> stages, Map<String, TrialResult> trials) {}

  private Journal(RunDirectory directory) throws IOException {
    stageLines = JsonLines.open(directory.stagesJournal(), line -> put(ResultJson.read(line)));
    trialLines = JsonLines.open(directory.resultsJournal(), line -> put(TrialResult.read(line)));
  }

  /** Opens the journal of the folder that is locked, to go on with it. */
  static Journal open(RunLock lock) throws IOException {
    return new Journal(lock.directory());
  }

  /** Reads a journal, which a run may be writing at the same time. */
  public static Entries read(RunDirectory directory) throws IOException {
    Map<StageId, StageResult> stages = new LinkedHashMap<>();
    Map<String, TrialResult> trials = new LinkedHashMap<>();
    JsonLines.read(
        directory.stagesJournal(),
        line -> {
          StageResult result = ResultJson.read(line);
          stages.put(result.id(), result);
        });
    JsonLines.read(
        directory.resultsJournal(),
        line -> {
          TrialResult result = TrialResult.read(line);
          trials.put(result.trial(), result);
        });
    return new Entries(stages, trials);
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
