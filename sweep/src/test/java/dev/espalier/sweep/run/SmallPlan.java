package dev.espalier.sweep.run;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.Trial;
import dev.espalier.sweep.spec.SpecException;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.stage.DataAndSeed;
import dev.espalier.workers.stage.DataFacts;
import dev.espalier.workers.stage.DataSource;
import dev.espalier.workers.stage.Model;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Recipe;
import dev.espalier.workers.stage.Schedule;
import dev.espalier.workers.stage.Scope;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.StageId;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    StageId dense = plan.add(new Stage.Train(model, "t1", RECIPE, 2), null, List.of(), "train");
    for (String sparsity : sparsities) {
      var prune = new Stage.Prune(new BigDecimal(sparsity), Scope.FLAT, List.of(), false);
      StageId pruned = plan.add(prune, dense, List.of(), "prune " + sparsity);
      List<StageId> earlier = new ArrayList<>();
      for (int epoch : epochs) {
        String name = sparsity + " epoch " + epoch;
        StageId tuned =
            plan.add(new Stage.FineTune(RECIPE, epoch), pruned, earlier, "tune " + name);
        plan.end("tuned " + name, List.of(dense, pruned, tuned));
        Stage cluster = new Stage.Cluster(16, words, false, false);
        StageId clustered = plan.add(cluster, tuned, List.of(), "cluster " + name);
        plan.end("clustered " + name, List.of(dense, pruned, tuned, clustered));
        earlier.add(0, tuned);
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
    } catch (SpecException e) {
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

  private StageId add(Stage stage, @Nullable StageId from, List<StageId> earlier, String label) {
    StageId id = StageId.of(stage, setup, from);
    Stage root = from == null ? stage : stages.get(0).stage();
    stages.add(new PlannedStage(id, stage, root, setup, from, earlier, true, label));
    return id;
  }

  private void end(String name, List<StageId> path) {
    StageId last = path.get(path.size() - 1);
    trials.add(new Trial(last, name, Map.of("name", name), List.of(), path));
  }
}
