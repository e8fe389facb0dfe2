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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
 * @param numbered the ids of all trials that the sweep ever had, by their number, from 1; empty or
 *     null where these are {@code trials} in their order
 */
public record PlanFile(
    DataFacts data,
    @Nullable Normalization input,
    List<StageEntry> stages,
    List<TrialEntry> trials,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<PipelineCounts> pipelines,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<String> numbered) {
  public static final String NAME = "plan.json";

  /** How the canonical text of {@link Load} begins. */
  private static final Pattern LOAD = Pattern.compile("^load ([0-9a-f]{64})\\b");

  /** How labels say which epochs are trained: {@code epoch 3}, {@code epoch 1-2}. */
  private static final Pattern EPOCHS = Pattern.compile(" epoch (\\d+)(?:-(\\d+))?\\b");

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

    /** The word of what it does: {@code fine-tune}. */
    public String word() {
      return label.split(" ", 2)[0];
    }

    /** Training epochs that it runs itself, as its label says. */
    public int epochs() {
      Matcher epochs = EPOCHS.matcher(label);
      if (!epochs.find()) {
        return 0;
      }
      String last = epochs.group(2);
      int first = Integer.parseInt(epochs.group(1));
      return last == null ? 1 : Integer.parseInt(last) - first + 1;
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
    numbered = numbered == null ? List.of() : List.copyOf(numbered);
    numbered.forEach(PlanFile::requireId);
  }

  /** A plan without pipelines, whose trials are numbered in their order. */
  public PlanFile(
      DataFacts data,
      @Nullable Normalization input,
      List<StageEntry> stages,
      List<TrialEntry> trials) {
    this(data, input, stages, trials, List.of(), List.of());
  }

  /** What is worth keeping of {@code plan}. */
  public static PlanFile of(Plan plan) {
    return new PlanFile(
        plan.stages().get(0).setup().data(),
        plan.stages().get(0).normalization(),
        plan.stages().stream().map(PlanFile::entry).toList(),
        plan.trials().stream().map(PlanFile::entry).toList(),
        PipelineCounts.of(plan),
        List.of());
  }

  /**
   * The same plan of a sweep that has run before: trials keep the numbers that they had, and new
   * ones get the next, in their order.
   */
  public PlanFile after(PlanFile earlier) {
    Set<String> order = new LinkedHashSet<>(earlier.order());
    order.addAll(ids(trials));
    List<String> all = List.copyOf(order);
    List<String> numbers = all.equals(ids(trials)) ? List.of() : all;
    return new PlanFile(data, input, stages, trials, pipelines, numbers);
  }

  /**
   * The numbers of trials by their ids, from 1: short names, which a trial keeps as long as its
   * sweep goes on.
   */
  public Map<String, Integer> numbers() {
    Map<String, Integer> numbers = new HashMap<>();
    order().forEach(id -> numbers.put(id, numbers.size() + 1));
    return numbers;
  }

  /** The planned trial of this name or number; empty if there is none. */
  public Optional<TrialEntry> trial(String nameOrNumber) {
    Map<String, Integer> numbers = numbers();
    return trials.stream()
        .filter(
            trial ->
                nameOrNumber.equals(trial.name())
                    || nameOrNumber.equals(String.valueOf(numbers.get(trial.id()))))
        .findFirst();
  }

  private List<String> order() {
    return numbered == null || numbered.isEmpty() ? ids(trials) : numbered;
  }

  private static List<String> ids(List<TrialEntry> trials) {
    return trials.stream().map(TrialEntry::id).toList();
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
  public static Optional<PlanFile> find(RunDirectory directory) throws IOException {
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
        .collect(Collectors.toMap(stage -> new StageId(stage.id()), StageEntry::word));
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
