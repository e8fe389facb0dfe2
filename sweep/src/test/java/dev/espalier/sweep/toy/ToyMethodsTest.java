package dev.espalier.sweep.toy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.mlflow.SweepUpload;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.report.Report;
import dev.espalier.sweep.report.RunOutputs;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.InProcessExecutor;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.Sweep;
import dev.espalier.sweep.spec.Methods;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.spec.step.ClusterStep;
import dev.espalier.sweep.spec.step.FineTuneStep;
import dev.espalier.sweep.spec.step.PruneStep;
import dev.espalier.workers.Worker;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.filter.FilterCriteria;
import dev.espalier.workers.prune.Magnitude;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A criterion and a step that Espalier does not have, passed in as values: they go through the
 * reader of configs, a real run, the front, MLflow and the report. CONTRIBUTING.md walks through
 * their files; {@code ToyMetricTest} does the same for a metric.
 */
class ToyMethodsTest {
  private static final Methods METHODS =
      new Methods(
          List.of(
              new FineTuneStep(),
              new PruneStep(List.of(new Magnitude(), new Position()), FilterCriteria.ALL),
              new ClusterStep(),
              new TintStep()),
          MetricCatalogue.STANDARD);

  private static final String CONFIG =
      """
      name: toys
      dataset: {name: shapes, train: 96, validation: 32, size: 12}
      model: {architecture: resnet18, width: 0.0625}
      baseline: {epochs: 1, batch: 32, learning-rate: 0.05}
      pipelines:
        toys:
          - prune: {sparsity: 0.5, criterion: [magnitude, position]}
          - tint: {strength: [0, 3.5], images: 16}
          - fine-tune: {epochs: [0, 1]}
      exclude: {criterion: position, tint: 3.5, fine-tune-epochs: 1}
      """;

  @TempDir Path folder;

  @Test
  void goThroughARunTheFrontMlflowAndTheReport() throws Exception {
    SweepSpec spec = SpecFile.parse("toys.yaml", CONFIG, List.of(), METHODS);
    RunDirectory directory = RunDirectory.create(folder.resolve("sweep")).with(METHODS);
    Plan plan = Plan.of(spec, Datasets.load(spec.dataset(), null).facts());
    RunOutputs outputs = new RunOutputs("test");
    Outcome outcome =
        new Sweep(
                spec,
                plan,
                directory,
                () -> new InProcessExecutor(2, new Worker(directory.store().root(), null)),
                Engine.environment(),
                new Sweep.Options(false, false, stage -> 1, null, null),
                outputs)
            .run();
    assertEquals(7, outcome.completed().size(), outcome.failed().toString());

    SweepSnapshot sweep = SweepSnapshot.read(directory);
    assertEquals(spec, sweep.spec());
    List<String> names = sweep.trials().stream().map(trial -> trial.name()).toList();
    assertTrue(
        names.contains("resnet18-w0.0625-s0.5-flat-position-ft0-tint3.5-n16-seed1"),
        names.toString());
    assertTrue(
        sweep.front().all().stream().allMatch(point -> point.parameters().containsKey("sparsity")));

    SweepUpload upload = new SweepUpload(sweep, null);
    upload.send();
    try (Connection database =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("sweep/mlflow.db"));
        ResultSet tints =
            database
                .createStatement()
                .executeQuery("SELECT COUNT(*) FROM params WHERE key = 'tint'")) {
      assertEquals(3, tints.getInt(1));
    }

    String page = new String(directory.files().read(Report.NAME), StandardCharsets.UTF_8);
    assertTrue(page.contains("\"criterion\""), "the report lists the parameter");
    assertTrue(page.contains("-tint3.5"), "and the trials");
  }

  @Test
  void areUnknownToAConfigThatIsReadWithoutThem() {
    ConfigException refused =
        assertThrows(ConfigException.class, () -> SpecFile.parse("toys.yaml", CONFIG, List.of()));
    assertEquals(
        List.of(
            "toys.yaml:7: pipelines.toys[0].prune.criterion[1]: must be one of magnitude, random, l1,"
                + " l2, batch-norm, activation, found position",
            "toys.yaml:8: pipelines.toys[1].tint: unknown step; there are fine-tune, prune, cluster,"
                + " recalibrate, drop-blocks, replace-head, quantize"),
        refused.problems().subList(0, 2));
  }
}
