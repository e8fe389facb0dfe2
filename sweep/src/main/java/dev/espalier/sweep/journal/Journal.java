package dev.espalier.sweep.journal;

import dev.espalier.workers.checkpoint.ResultJson;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.storage.Durable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The journal of a sweep, {@code stages.jsonl} and {@code results.jsonl}: which results of stages
 * the sweep has seen, and what its trials came to. Fronts, tables and MLflow follow from it alone.
 * Whether the checkpoint of a stage exists is said by the {@code result.json} in the store, never
 * by the journal.
 *
 * <p>The last line of a stage or a trial counts. A sweep at an address that several machines see
 * has {@link Records} instead, in {@code journal/stages} and {@code journal/results}.
 */
public final class Journal implements AutoCloseable {
  private static final String STAGES = "stages";
  private static final String RESULTS = "results";

  private static final CompletableFuture<@Nullable Void> WRITTEN =
      CompletableFuture.completedFuture(null);

  private final RunDirectory directory;
  private final Contents contents;
  private final Lines stageLines;
  private final Lines trialLines;
  private final GroupCommit writer;
  private CompletableFuture<@Nullable Void> last = WRITTEN;

  /**
   * What stands in a journal: stages by id, and trials by id, in the order of their first lines.
   */
  public record Entries(Map<StageId, StageResult> stages, Map<String, TrialResult> trials) {}

  private Journal(RunDirectory directory, Contents contents, Lines stageLines, Lines trialLines) {
    this.directory = directory;
    this.contents = contents;
    this.stageLines = stageLines;
    this.trialLines = trialLines;
    this.writer = new GroupCommit(List.of(stageLines, trialLines));
  }

  /**
   * Opens the journal of the sweep that is locked, to go on with it.
   *
   * @param plan what it is about
   * @throws RefusedException if a line cannot be read, or contradicts itself or another
   */
  public static Journal open(RunLock lock, PlanFile plan) throws IOException {
    Contents contents = new Contents(plan);
    Lines trials = open(lock, RESULTS, contents::trial);
    Lines stages = open(lock, STAGES, contents::stage);
    contents.check();
    return new Journal(lock.directory(), contents, stages, trials);
  }

  /**
   * Takes the lock of a sweep, without which nothing of it is written.
   *
   * @throws RefusedException if another run holds it
   */
  public static RunLock lock(RunDirectory directory) throws IOException {
    return directory.shared()
        ? Lease.take(directory, Lease.Patience.USUAL)
        : FolderLock.take(directory);
  }

  private static Lines open(RunLock lock, String name, Lines.Reader reader) throws IOException {
    return lock instanceof Lease lease
        ? Records.open(lease, folder(name), reader)
        : JsonLines.open(file(lock.directory().root(), name), reader);
  }

  private static void read(RunDirectory directory, String name, Lines.Reader reader)
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

  /**
   * Reads a journal, which a run may be writing at the same time.
   *
   * @param plan what it is about
   * @throws RefusedException if a line cannot be read, or contradicts itself or another
   */
  public static Entries read(RunDirectory directory, PlanFile plan) throws IOException {
    Contents contents = new Contents(plan);
    // Trials first: the stages of each were written before it.
    read(directory, RESULTS, contents::trial);
    read(directory, STAGES, contents::stage);
    contents.check();
    return contents.entries();
  }

  /**
   * Writes every line of a journal that can be read as the journal of a folder of this machine, in
   * place of what is there.
   */
  public static void copy(RunDirectory from, Path root) throws IOException {
    StringBuilder trials = new StringBuilder();
    StringBuilder stages = new StringBuilder();
    read(from, RESULTS, (line, place) -> copy(TrialResult.read(line).write(), trials));
    read(from, STAGES, (line, place) -> copy(ResultJson.write(ResultJson.read(line)), stages));
    replace(file(root, STAGES), stages);
    replace(file(root, RESULTS), trials);
  }

  private static Runnable copy(String line, StringBuilder lines) {
    return () -> lines.append(line).append('\n');
  }

  private static void replace(Path file, StringBuilder lines) throws IOException {
    Durable.replace(file, lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** All that stands in it now. */
  public Entries entries() {
    return contents.entries();
  }

  public Map<StageId, StageResult> stages() {
    return contents.entries().stages();
  }

  /**
   * Adds a stage's line.
   *
   * @return completed once it outlives this process; lines get there in the order of their calls
   * @throws RefusedException if the result, which its checkpoint has too, contradicts itself: a
   *     journal with it could not be read
   */
  public CompletionStage<@Nullable Void> add(StageResult result) {
    try {
      contents.require(result);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          "%s/%s/result.json: %s; remove that folder, and the next run makes the stage again"
              .formatted(directory.store().root(), result.id(), e.getMessage()),
          e);
    }
    contents.stages.put(result.id(), result);
    last = writer.add(stageLines, ResultJson.write(result));
    return last;
  }

  /** Adds a trial's line in the same way, unless the very same stands there already. */
  public CompletionStage<@Nullable Void> add(TrialResult result) {
    TrialResult known = contents.trials.get(result.trial());
    if (known == null || !known.sameAs(result)) {
      contents.trials.put(result.trial(), result);
      last = writer.add(trialLines, result.write());
    }
    return last;
  }

  /**
   * Waits until all lines that were added outlive this process, in spite of interrupts.
   *
   * @throws RefusedException if another run has taken the sweep over
   */
  public void flush() throws IOException {
    GroupCommit.await(last);
  }

  /** Writes what was added and is not yet written. */
  @Override
  public void close() throws IOException {
    writer.close();
  }

  /** What its lines say, held against each other. */
  private static final class Contents {
    private record Line(TrialResult trial, String place) {}

    private final Map<StageId, StageResult> stages = new LinkedHashMap<>();
    private final Map<String, TrialResult> trials = new LinkedHashMap<>();
    private final JournalConsistency agreement;
    private final Map<StageId, List<Metrics>> measured = new HashMap<>();
    private final List<Line> lines = new ArrayList<>();

    Contents(PlanFile plan) {
      agreement = JournalConsistency.of(plan);
    }

    Entries entries() {
      return new Entries(Collections.unmodifiableMap(stages), Collections.unmodifiableMap(trials));
    }

    Runnable stage(String line, String place) {
      StageResult result = ResultJson.read(line);
      require(result);
      return () -> {
        if (result instanceof StageResult.Done done) {
          measured.computeIfAbsent(done.id(), id -> new ArrayList<>(1)).add(done.metrics());
        }
        stages.put(result.id(), result);
      };
    }

    void require(StageResult result) {
      if (result instanceof StageResult.Done done) {
        agreement.require(done);
      }
    }

    Runnable trial(String line, String place) {
      TrialResult result = TrialResult.read(line);
      return () -> {
        lines.add(new Line(result, place));
        trials.put(result.trial(), result);
      };
    }

    /** A completed trial has the metrics of its last stage, as it was measured at some time. */
    void check() {
      Optional<Line> first =
          lines.parallelStream().filter(line -> !agrees(line.trial())).findFirst();
      if (first.isPresent()) {
        TrialResult trial = first.get().trial();
        List<Metrics> known = measured(trial);
        Metrics last = known.get(known.size() - 1);
        throw Lines.refused(
            first.get().place(),
            new IllegalArgumentException(
                "the metrics must be those of stage %s, which has %s, found %s"
                    .formatted(
                        new StageId(trial.trial()).brief(),
                        last.without(trial.metrics()),
                        trial.metrics().without(last))));
      }
      lines.clear();
      measured.clear();
    }

    /** What its last stage came to, as often as it was measured. */
    private List<Metrics> measured(TrialResult trial) {
      return measured.getOrDefault(trial.path().get(trial.path().size() - 1), List.of());
    }

    private boolean agrees(TrialResult trial) {
      List<Metrics> last = measured(trial);
      if (!trial.completed() || last.isEmpty()) {
        return true;
      }
      List<Metrics> starts = measured.getOrDefault(trial.path().get(0), List.of(Metrics.NONE));
      return last.stream()
          .anyMatch(
              end ->
                  starts.stream()
                      .anyMatch(start -> TrialResult.metrics(end, start).equals(trial.metrics())));
    }
  }
}
