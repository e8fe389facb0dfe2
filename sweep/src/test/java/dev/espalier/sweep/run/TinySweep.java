package dev.espalier.sweep.run;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.JournalContract;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.Worker;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.StageRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A sweep with the real worker, small: shapes of 12 pixels and a ResNet18 of a few channels. Its
 * accuracies mean nothing; its bits do.
 *
 * @param out the folder of the sweep
 * @param recording what the last run told
 */
public record TinySweep(Path out, Recording recording) {

  /** All that must not depend on the way to it: metrics, and by stage the network and the curve. */
  record Bits(Metrics metrics, List<Reached> path) {}

  /** A state on the way of a trial. */
  record Reached(StageId id, String network, Object curve) {}

  public static TinySweep in(Path out) {
    return new TinySweep(out, new Recording());
  }

  /** A copy in another folder, as cheap as a new sweep is dear. */
  public TinySweep copy(Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(out)) {
      for (Path path : paths.toList()) {
        Path target = to.resolve(out.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
    return in(to);
  }

  /**
   * Carries out or extends the sweep.
   *
   * @param grid axes, such as {@code sparsity: [0.8], scope: [flat]}
   */
  Outcome run(String grid, String seeds, Function<StageRunner, StageExecutor> executor)
      throws IOException {
    Sweep.Options options = new Sweep.Options(false, false, stage -> 1, null, null);
    return run(grid, seeds, executor, options);
  }

  /** The same with other options. */
  Outcome run(
      String grid,
      String seeds,
      Function<StageRunner, StageExecutor> executor,
      Sweep.Options options)
      throws IOException {
    RunDirectory directory = RunDirectory.create(out);
    SweepSpec spec = spec(grid, seeds);
    recording.events.clear();
    return new Sweep(
            spec,
            plan(spec),
            directory,
            () -> executor.apply(new Worker(directory.store().root(), null)),
            Engine.environment(),
            options,
            recording)
        .run();
  }

  Outcome run(String grid) throws IOException {
    return run(grid, "[1]", runner -> new InProcessExecutor(2, runner));
  }

  /** The bits of each trial in the journal, by its id. */
  Map<String, Bits> bits() throws IOException {
    Map<String, Bits> bits = new TreeMap<>();
    CheckpointStore store = new RunDirectory(out).store();
    for (TrialResult trial :
        Journal.read(new RunDirectory(out), JournalContract.PLAN).trials().values()) {
      List<Reached> path = new ArrayList<>();
      for (StageId id : trial.path()) {
        StageResult.Done done = store.find(id).orElseThrow();
        DataFile network = Objects.requireNonNull(done.files().get("network"));
        path.add(new Reached(id, network.sha256(), done.curve()));
      }
      bits.put(trial.trial(), new Bits(trial.metrics(), path));
    }
    return bits;
  }

  /** Labels of the stages that the last run started. */
  List<String> started() {
    return recording.of("started");
  }

  private static SweepSpec spec(String grid, String seeds) {
    String yaml =
        """
        name: tiny
        dataset: {name: shapes, train: 96, validation: 32, size: 12}
        model: {architecture: resnet18, width: 0.0625}
        baseline: {epochs: 1, batch: 32, learning-rate: 0.05}
        fine-tune: {batch: 32, learning-rate: 0.01}
        grid: {%s}
        seeds: %s
        """;
    try {
      return SpecFile.parse("tiny.yaml", yaml.formatted(grid, seeds), List.of());
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Plan plan(SweepSpec spec) {
    try {
      return Plan.of(spec, Datasets.load(spec.dataset(), null).facts());
    } catch (ConfigException | DataException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
