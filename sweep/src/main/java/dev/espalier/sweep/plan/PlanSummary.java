package dev.espalier.sweep.plan;

import dev.espalier.sweep.pareto.Control;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.stage.DataAndSeed;
import dev.espalier.workers.stage.FineTune;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Training;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A summary of a plan, in words. */
public final class PlanSummary {
  /** The number of remarks that are printed. */
  private static final int MOST_REMARKS = 4;

  /** Data sets that have images of any size. */
  private static final List<String> OF_ANY_SIZE = List.of("images", "shapes");

  private PlanSummary() {}

  /** Trials, stages, training epochs with and without sharing, one line each. */
  public static List<String> lines(Plan plan) {
    List<String> lines = new ArrayList<>();
    lines.add(trials(plan));
    lines.add(stages(plan));
    lines.add(epochs(plan));
    PipelineCounts.of(plan).forEach(pipeline -> lines.add(pipeline(pipeline)));
    lines.addAll(controls(plan));
    lines.addAll(images(plan));
    lines.addAll(input(plan));
    lines.addAll(remarks(plan));
    costs(plan).forEach((why, epochs) -> lines.add(why.formatted(counted(epochs, "epoch"))));
    return List.copyOf(lines);
  }

  private static List<String> remarks(Plan plan) {
    List<String> remarks = plan.remarks();
    if (remarks.size() <= MOST_REMARKS) {
      return remarks;
    }
    List<String> lines = new ArrayList<>(remarks.subList(0, MOST_REMARKS));
    lines.add("and %s more of this kind".formatted(count(remarks.size() - MOST_REMARKS)));
    return lines;
  }

  /** How the images of a data set are changed, if they are. */
  private static List<String> images(Plan plan) {
    DataAndSeed setup = plan.stages().get(0).setup();
    DataSource source = setup.source();
    boolean resized = source.size() > 0 && !OF_ANY_SIZE.contains(source.name());
    if (!resized && source.channels() == 0) {
      return List.of();
    }
    DataFacts data = setup.data();
    return List.of(
        "images: those of %s as %d x %d pixels of %d channels"
            .formatted(data.name(), data.height(), data.width(), data.channels()));
  }

  /** What the user's own network reads, where the plan begins with one. */
  private static List<String> input(Plan plan) {
    PlannedStage first = plan.stages().get(0);
    if (!(first.root() instanceof Load load)) {
      return List.of();
    }
    Normalization own = first.normalization();
    return List.of(
        "input: the network reads (pixel / 255 - mean) / deviation, "
            + (own == null ? "mean and deviation of the training images" : own)
            + (load.hasOtherClasses()
                ? "; it has %d other classes, so its accuracy is not measured on this data"
                    .formatted(load.otherClasses())
                : ""));
  }

  /** Trainings that differ only in their length. */
  private record Lengths(@Nullable StageId from, DataAndSeed setup, Stage stage) {}

  /** Why trainings of such a kind share no epochs, with a place for what this costs. */
  private static String why(Training training) {
    return training instanceof FineTune
        ? "fine-tuning: its learning rate depends on the last epoch, so that fine-tunings of"
            + " different length share no epochs, which costs %s; constant or steps would share"
            + " them"
        : training.word()
            + ": depends on its last epoch, so that those of different length share no epochs,"
            + " which costs %s";
  }

  /** The epochs of trainings that share none: of each group of lengths all but the longest. */
  private static Map<String, Long> costs(Plan plan) {
    Map<Lengths, Integer> longest = new LinkedHashMap<>();
    Map<String, Long> costs = new LinkedHashMap<>();
    for (PlannedStage planned : plan.stages()) {
      if (planned.stage() instanceof Training training && training.course() == null) {
        Lengths lengths = new Lengths(planned.from(), planned.setup(), training.withEpochs(1));
        int epochs = training.epochs();
        int before = longest.getOrDefault(lengths, 0);
        longest.put(lengths, Math.max(before, epochs));
        if (before > 0) {
          costs.merge(why(training), (long) Math.min(before, epochs), Long::sum);
        }
      }
    }
    return costs;
  }

  private static String trials(Plan plan) {
    int trials = ofKind(plan, null).size();
    String text = "trials: " + count(trials) + " of " + count(plan.cells()) + " cells";
    if (trials == plan.cells()) {
      return text;
    }
    boolean grid = plan.trials().get(0).pipelines().isEmpty();
    return text
        + (grid
            ? "; where sparsity is 0, flat and layerwise are one trial"
            : "; cells that reach one state are one trial");
  }

  private static String stages(Plan plan) {
    Map<String, Integer> kinds = new HashMap<>();
    Map<String, Integer> depths = new HashMap<>();
    for (PlannedStage planned : plan.stages()) {
      kinds.merge(planned.stage().word(), 1, Integer::sum);
      depths.merge(planned.stage().word(), planned.path().size(), Integer::sum);
    }
    // About the order in which trials go through them.
    Comparator<String> order =
        Comparator.comparingDouble(
            (String word) -> depths.getOrDefault(word, 0) / (double) kinds.getOrDefault(word, 1));
    return "stages: "
        + count(plan.stages().size())
        + kinds.keySet().stream()
            .sorted(order)
            .map(kind -> count(kinds.getOrDefault(kind, 0)) + " " + kind)
            .collect(Collectors.joining(", ", " (", ")"));
  }

  private static String epochs(Plan plan) {
    long shared = plan.epochsShared();
    long separate = plan.epochsSeparate();
    String text = "training epochs: " + count(shared);
    if (shared == 0 || shared == separate) {
      return text;
    }
    String ratio =
        separate % shared == 0
            ? count(separate / shared)
            : String.format(Locale.ROOT, "%,.1f", (double) separate / shared);
    return text + "; " + count(separate) + " without sharing (1/" + ratio + ")";
  }

  /** {@code pipeline gradual: 12 trials, 1 train > 3 prune > 9 fine-tune; 4 stages shared}. */
  private static String pipeline(PipelineCounts counts) {
    StringBuilder tree = new StringBuilder();
    counts
        .depths()
        .forEach(
            depth ->
                tree.append(tree.isEmpty() ? "" : " > ")
                    .append(count(depth.stages()) + " " + depth.word()));
    String shared =
        counts.shared() == 0
            ? ""
            : "; %s of %s stages are shared with other pipelines"
                .formatted(count(counts.shared()), count(counts.stages()));
    return "pipeline %s: %s trials, %s%s"
        .formatted(counts.name(), count(counts.trials()), tree, shared);
  }

  /** {@code controls: 8 trials (6 random pruning; 2 dense, narrower), adding 14 epochs ...}. */
  private static List<String> controls(Plan plan) {
    Set<StageId> asked = stages(plan, null);
    List<String> kinds = new ArrayList<>();
    for (Control kind : Control.values()) {
      int trials = ofKind(plan, kind).size();
      if (trials > 0) {
        kinds.add("%s %s".formatted(count(trials), kind.label()));
      }
    }
    if (kinds.isEmpty()) {
      return List.of();
    }
    long random = epochs(plan, stages(plan, Control.RANDOM), asked);
    long width = epochs(plan, stages(plan, Control.WIDTH), asked);
    return List.of(
        "controls: %s (%s), adding %s of training, %s of them for their own baselines"
            .formatted(
                counted(plan.trials().size() - ofKind(plan, null).size(), "trial"),
                String.join("; ", kinds),
                counted(random + width, "epoch"),
                count(width)));
  }

  /** The trials of a kind of control; for null, those that are not controls. */
  private static List<Trial> ofKind(Plan plan, @Nullable Control kind) {
    return plan.trials().stream().filter(trial -> trial.control() == kind).toList();
  }

  private static Set<StageId> stages(Plan plan, @Nullable Control kind) {
    return ofKind(plan, kind).stream()
        .flatMap(trial -> trial.path().stream())
        .collect(Collectors.toSet());
  }

  /** The epochs of some stages without others. */
  private static long epochs(Plan plan, Set<StageId> stages, Set<StageId> others) {
    return stages.stream()
        .filter(id -> !others.contains(id))
        .mapToLong(id -> plan.ownEpochs(plan.stage(id)))
        .sum();
  }

  private static String counted(long number, String thing) {
    return count(number) + " " + thing + (number == 1 ? "" : "s");
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
