package dev.espalier.workers;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.stage.DataAndSeed;
import dev.espalier.workers.stage.DataFile;
import dev.espalier.workers.stage.DataSource;
import dev.espalier.workers.stage.Model;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Recipe;
import dev.espalier.workers.stage.Schedule;
import dev.espalier.workers.stage.Scope;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.StageId;
import dev.espalier.workers.stage.StageResult;
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
    return planned(
        new Stage.Train(TINY, digest(), recipe("0.05", "0.0005"), 2), null, null, List.of(), false);
  }

  static PlannedStage prune(PlannedStage from, String sparsity, Scope scope) {
    return planned(pruning(sparsity, scope), from.root(), from.id(), List.of(), false);
  }

  static Stage pruning(String sparsity, Scope scope) {
    return new Stage.Prune(new BigDecimal(sparsity), scope, List.of(), false);
  }

  static PlannedStage fineTune(
      PlannedStage from, int epoch, List<StageId> earlier, boolean keepsUpdater) {
    return planned(
        new Stage.FineTune(recipe("0.01", "0.0005"), epoch),
        from.root(),
        from.id(),
        earlier,
        keepsUpdater);
  }

  static PlannedStage cluster(PlannedStage from, int centroids) {
    return planned(
        new Stage.Cluster(centroids, List.of(), false, false),
        from.root(),
        from.id(),
        List.of(),
        false);
  }

  static PlannedStage planned(
      Stage stage,
      @Nullable Stage root,
      @Nullable StageId from,
      List<StageId> earlier,
      boolean keepsUpdater) {
    return new PlannedStage(
        StageId.of(stage, SETUP, from),
        stage,
        root == null ? stage : root,
        SETUP,
        from,
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
