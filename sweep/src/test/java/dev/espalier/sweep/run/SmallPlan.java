package dev.espalier.sweep.run;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.Trial;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.prune.WeightPruning;
import dev.espalier.workers.stage.Cluster;
import dev.espalier.workers.stage.DataAndSeed;
import dev.espalier.workers.stage.FineTune;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Prune;
import dev.espalier.workers.stage.Reached;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Train;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A plan by hand: one baseline of two epochs, and for each sparsity its pruning, fine-tuning to
 * each epoch, and the clustering of each of those. Every stage but the baseline and the prunings
 * ends a trial.
 */
public final class SmallPlan {
  public static final DataFacts DATA = new DataFacts("shapes", "d1", 32, 32, 3, 4, 100, 1000, 1000);

  private static final Recipe RECIPE =
      new Recipe(
          new Schedule.Constant(new BigDecimal("0.01"), 0),
          10,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          false,
          0);

  private final List<PlannedStage> stages = new ArrayList<>();
  private final List<Trial> trials = new ArrayList<>();

  private final DataAndSeed setup;

  private SmallPlan(DataFacts data) {
    setup = new DataAndSeed(new DataSource("shapes", null, 0, data.validation(), 32), data, 1);
  }

  public static Plan of(List<String> sparsities, List<Integer> epochs) {
    return of(sparsities, epochs, DATA, List.of());
  }

  /** The same trials by name, over other data, or with another text of clustering. */
  public static Plan of(
      List<String> sparsities, List<Integer> epochs, DataFacts data, List<String> words) {
    SmallPlan plan = new SmallPlan(data);
    Model model = new Model("resnet18", BigDecimal.ONE);
    Reached dense = plan.add(new Train(model, "t1", RECIPE, 2), List.of(), List.of(), "train");
    for (String sparsity : sparsities) {
      BigDecimal fraction = new BigDecimal(sparsity);
      Stage prune =
          new Prune(
              fraction,
              WeightPruning.byMagnitude(Scope.FLAT),
              KernelSelection.standard(),
              List.of());
      Reached pruned = plan.add(prune, List.of(dense), List.of(), "prune " + sparsity);
      List<StageId> earlier = new ArrayList<>();
      for (int epoch : epochs) {
        String name = sparsity + " epoch " + epoch;
        Stage fineTune = new FineTune(RECIPE, epoch);
        Reached tuned = plan.add(fineTune, List.of(dense, pruned), earlier, "tune " + name);
        plan.end("tuned " + name, List.of(dense, pruned, tuned));
        Stage cluster = new Cluster(16, new KernelSelection(words, false), false, List.of());
        List<Reached> path = List.of(dense, pruned, tuned);
        Reached clustered = plan.add(cluster, path, List.of(), "cluster " + name);
        plan.end("clustered " + name, List.of(dense, pruned, tuned, clustered));
        earlier.add(0, tuned.id());
      }
    }
    return new Plan(plan.stages, plan.trials, plan.trials.size());
  }

  /** A spec to stand beside the plan; only its text matters. */
  public static SweepSpec spec(int baselineEpochs, String... sparsities) {
    String yaml =
        """
        name: small
        dataset: {name: shapes, validation: 10}
        model: {architecture: resnet18, width: 0.125}
        baseline: {epochs: %d, batch: 10, learning-rate: 0.01}
        fine-tune: {learning-rate: 0.01}
        grid:
          sparsity: [%s]
        """;
    try {
      return SpecFile.parse(
          "small.yaml", yaml.formatted(baselineEpochs, String.join(", ", sparsities)), List.of());
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public static SweepSpec spec() {
    return spec(2, "0.5", "0.9");
  }

  /** Two sparsities, fine-tuning to epochs 1 and 3: 11 stages, 8 trials. */
  public static Plan usual() {
    return of(List.of("0.5", "0.9"), List.of(1, 3));
  }

  private Reached add(Stage stage, List<Reached> path, List<StageId> earlier, String label) {
    Reached reached = Reached.of(stage, setup, path.isEmpty() ? null : path.get(path.size() - 1));
    stages.add(new PlannedStage(reached.id(), stage, setup, path, earlier, true, label));
    return reached;
  }

  private void end(String name, List<Reached> path) {
    StageId last = path.get(path.size() - 1).id();
    List<StageId> ids = path.stream().map(Reached::id).toList();
    trials.add(new Trial(last, name, Map.of("name", name), List.of(), List.of(), null, ids));
  }
}
