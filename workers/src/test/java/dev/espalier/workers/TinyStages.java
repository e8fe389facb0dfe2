package dev.espalier.workers;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Networks;
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
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stages of the real thing, small: shapes of 12 pixels, a ResNet18 of a few channels. */
final class TinyStages {
  private static final DataSource SHAPES = new DataSource("shapes", null, 128, 64, 12);
  static final Model TINY = new Model("resnet18", new BigDecimal("0.0625"));

  static final DataAndSeed SETUP = setup();

  private TinyStages() {}

  /** Copies a folder of checkpoints, which is cheaper than to train again. */
  static Path copy(Path stages, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(stages)) {
      for (Path path : paths.toList()) {
        Path target = to.resolve(stages.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
    return to;
  }

  static StageResult.Done run(Path stages, PlannedStage... planned) throws Exception {
    List<StageResult.Done> results = new ArrayList<>();
    for (PlannedStage stage : planned) {
      StageResult result = new Worker(stages.toString(), null).run(stage);
      results.add(assertInstanceOf(StageResult.Done.class, result, String.valueOf(result)));
    }
    return results.get(results.size() - 1);
  }

  static DataFile network(StageResult.Done done) {
    return Objects.requireNonNull(done.files().get("network"));
  }

  static DataAndSeed setup() {
    try {
      return new DataAndSeed(SHAPES, Datasets.load(SHAPES, null).facts(), 1);
    } catch (DataException e) {
      throw new IllegalStateException(e);
    }
  }

  static PlannedStage train() {
    return planned(new Train(TINY, digest(), recipe("0.05", "0.0005"), 2), null, List.of(), false);
  }

  static PlannedStage prune(PlannedStage from, String sparsity, Scope scope) {
    return planned(pruning(sparsity, scope), from, List.of(), false);
  }

  static Stage pruning(String sparsity, Scope scope) {
    return new Prune(
        new BigDecimal(sparsity),
        WeightPruning.byMagnitude(scope),
        KernelSelection.standard(),
        List.of());
  }

  static PlannedStage fineTune(
      PlannedStage from, int epoch, List<StageId> earlier, boolean keepsUpdater) {
    return planned(new FineTune(recipe("0.01", "0.0005"), epoch), from, earlier, keepsUpdater);
  }

  static PlannedStage cluster(PlannedStage from, int centroids) {
    return planned(
        new Cluster(centroids, KernelSelection.standard(), false, List.of()),
        from,
        List.of(),
        false);
  }

  static PlannedStage planned(
      Stage stage, @Nullable PlannedStage from, List<StageId> earlier, boolean keepsUpdater) {
    List<Reached> path = new ArrayList<>();
    if (from != null) {
      path.addAll(from.path());
      path.add(from.reached());
    }
    return new PlannedStage(
        Reached.of(stage, SETUP, from == null ? null : from.reached()).id(),
        stage,
        SETUP,
        path,
        earlier,
        keepsUpdater,
        stage.getClass().getSimpleName());
  }

  static Recipe recipe(String rate, String weightDecay) {
    return new Recipe(
        new Schedule.Constant(new BigDecimal(rate), 0),
        32,
        new BigDecimal("0.9"),
        new BigDecimal(weightDecay),
        false,
        1);
  }

  static String digest() {
    return Networks.of(TINY, SETUP.data()).digest();
  }
}
