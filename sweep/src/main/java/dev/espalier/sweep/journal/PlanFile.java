package dev.espalier.sweep.journal;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.plan.PipelineCounts;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.Trial;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a sweep as written to {@code plan.json}. It shows which stages and trials are left,
 * and what their ids mean, without reading the data set.
 *
 * @param data what the data set was
 * @param input how the images of the user's own network are normalized; null: by the mean and
 *     deviation of the training images
 * @param stages parents first
 * @param pipelines what each comes to; empty for a grid, null in a file of a version without them
 */
public record PlanFile(
    DataFacts data,
    @Nullable Normalization input,
    List<StageEntry> stages,
    List<TrialEntry> trials,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<PipelineCounts> pipelines) {
  public static final String NAME = "plan.json";

  /** How the canonical text of {@link Load} begins. */
  private static final Pattern LOAD = Pattern.compile("^load ([0-9a-f]{64})\\b");

  /**
   * A stage.
   *
   * @param id 64 hex digits
   * @param label for people
   * @param parent the stage that must be done before; null for one that starts a network
   * @param text the canonical text of what it does; null in the files of versions that did not note
   *     it
   */
  public record StageEntry(
      String id, String label, @Nullable String parent, @Nullable String text) {
    public StageEntry {
      requireId(id);
      requireText("label", label);
      if (parent != null) {
        requireId(parent);
      }
    }
  }

  /**
   * A trial.
   *
   * @param id of its last stage
   * @param path the states it goes through
   * @param pipelines the names of those that reach it; empty for a grid
   * @param control the word of the kind of control that it is; null for others
   */
  public record TrialEntry(
      String id,
      String name,
      List<String> path,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<String> pipelines,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String control) {

    /** A trial of a grid. */
    public TrialEntry(String id, String name, List<String> path) {
      this(id, name, path, List.of(), null);
    }

    public TrialEntry {
      requireId(id);
      requireText("name", name);
      requireList("path", path);
      path.forEach(PlanFile::requireId);
      if (control != null) {
        var unused = Control.of(control);
      }
      path = List.copyOf(path);
      pipelines = pipelines == null ? List.of() : List.copyOf(pipelines);
    }
  }

  public PlanFile {
    if (data == null || data.validation() < 1 || data.test() < 1) {
      throw new IllegalArgumentException("no data set with images");
    }
    requireList("stages", stages);
    requireList("trials", trials);
    stages = List.copyOf(stages);
    trials = List.copyOf(trials);
    pipelines = pipelines == null ? List.of() : List.copyOf(pipelines);
  }

  /** A plan without pipelines. */
  public PlanFile(
      DataFacts data,
      @Nullable Normalization input,
      List<StageEntry> stages,
      List<TrialEntry> trials) {
    this(data, input, stages, trials, List.of());
  }

  /** What is worth keeping of {@code plan}. */
  public static PlanFile of(Plan plan) {
    return new PlanFile(
        plan.stages().get(0).setup().data(),
        plan.stages().get(0).normalization(),
        plan.stages().stream().map(PlanFile::entry).toList(),
        plan.trials().stream().map(PlanFile::entry).toList(),
        PipelineCounts.of(plan));
  }

  /**
   * Reads the plan of a sweep.
   *
   * @throws RefusedException if there is none, or it is damaged
   */
  public static PlanFile read(RunDirectory directory) throws IOException {
    JsonFile<PlanFile> file = file(directory);
    if (!file.exists()) {
      throw new RefusedException(
          file.place()
              + ": must be the plan of a sweep, found no such file; the next run writes it");
    }
    return file.read();
  }

  /** The plan of a sweep, if it was written. */
  static Optional<PlanFile> find(RunDirectory directory) throws IOException {
    JsonFile<PlanFile> file = file(directory);
    return file.exists() ? Optional.of(file.read()) : Optional.empty();
  }

  public void write(RunDirectory directory) throws IOException {
    file(directory).write(this);
  }

  private static JsonFile<PlanFile> file(RunDirectory directory) {
    return JsonFile.of(
        directory,
        NAME,
        PlanFile.class,
        "the plan of a sweep",
        "restore it from a copy, or remove it: the next run writes it again");
  }

  /** The words of the stages, by id: {@code fine-tune}. */
  public Map<StageId, String> words() {
    return stages.stream()
        .collect(
            Collectors.toMap(
                stage -> new StageId(stage.id()), stage -> stage.label().split(" ", 2)[0]));
  }

  /** SHA-256 of the user's own network, where the sweep begins with one and its file says so. */
  public Optional<String> network() {
    return stages.stream()
        .flatMap(stage -> Stream.ofNullable(stage.text()))
        .map(LOAD::matcher)
        .filter(Matcher::find)
        .map(load -> load.group(1))
        .findFirst();
  }

  private static StageEntry entry(PlannedStage stage) {
    StageId parent = stage.parent();
    return new StageEntry(
        stage.id().hex(),
        stage.label(),
        parent == null ? null : parent.hex(),
        stage.stage().canonical());
  }

  private static TrialEntry entry(Trial trial) {
    Control control = trial.control();
    return new TrialEntry(
        trial.id().hex(),
        trial.name(),
        trial.path().stream().map(StageId::hex).toList(),
        trial.pipelines(),
        control == null ? null : control.word());
  }

  private static void requireId(@Nullable String id) {
    requireText("id", id);
    var unused = new StageId(String.valueOf(id));
  }

  private static void requireText(String field, @Nullable String text) {
    if (text == null) {
      throw new IllegalArgumentException("no " + field);
    }
  }

  private static void requireList(String field, @Nullable List<?> list) {
    if (list == null || list.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException("no list of " + field);
    }
  }
}
