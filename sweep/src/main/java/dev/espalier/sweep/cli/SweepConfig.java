package dev.espalier.sweep.cli;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.SpecException;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.data.Batches;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.prune.Prunable;
import dev.espalier.workers.stage.DataFacts;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that say which sweep over which data: shared by {@code plan} and {@code run}. */
final class SweepConfig {
  @Parameters(
      paramLabel = "CONFIG",
      description = "The sweep, a YAML file or the address of one; see docs/config.md.")
  private String config = "";

  @Mixin private DataFolder data = new DataFolder();

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Sets a key of the config, such as --set baseline.epochs=2 or --set grid.sparsity=[0,0.9].")
  private List<String> overrides = List.of();

  /** The sweep as resolved, without its data. */
  SweepSpec spec() throws SpecException {
    return SpecFile.read(config, overrides);
  }

  /** The plan of {@code spec}, for which the data set is read. */
  Plan plan(SweepSpec spec) throws SpecException, DataException, IOException {
    String address = dataAddress();
    if (address != null) {
      Storage.at(address).checkAnswers();
    }
    Dataset dataset = Datasets.loadFrom(spec.dataset(), address);
    DataFacts facts = dataset.facts();
    List<String> problems = new ArrayList<>();
    if (spec.baseline() instanceof Baseline.Train train) {
      Batches.problems(facts, train.recipe()).forEach(line -> problems.add("baseline." + line));
    }
    if (spec.baseline() instanceof Baseline.From own) {
      problems.addAll(problems(own, facts));
    }
    Batches.problems(facts, spec.fineTune()).forEach(line -> problems.add("fine-tune." + line));
    if (problems.isEmpty()) {
      try {
        Plan plan = Plan.of(spec, facts);
        problems.addAll(unknownLayers("prune", spec.prune().exclude(), plan));
        problems.addAll(unknownLayers("cluster", spec.cluster().exclude(), plan));
        if (problems.isEmpty()) {
          return plan;
        }
      } catch (SpecException e) {
        problems.addAll(e.problems());
      }
    }
    List<String> placed = new ArrayList<>();
    problems.forEach(problem -> placed.add(config + ": " + problem));
    throw new SpecException(placed);
  }

  /** Layers to leave alone that no network has: a slip would prune what was to be kept. */
  private static List<String> unknownLayers(String key, List<String> globs, Plan plan) {
    Set<String> layers = new LinkedHashSet<>();
    for (PlannedStage planned : plan.stages()) {
      if (planned.stage() instanceof Stage.Train train) {
        Networks.of(train.model(), planned.setup().data()).layout().stream()
            .filter(parameter -> parameter.kind().isKernel())
            .forEach(parameter -> layers.add(parameter.layer()));
      }
    }
    return globs.stream()
        .filter(glob -> !layers.isEmpty())
        .filter(glob -> layers.stream().noneMatch(layer -> Prunable.matches(glob, layer)))
        .map(
            glob ->
                "%s.exclude-layers: must match a layer with a kernel, found %s; layers are %s"
                    .formatted(key, glob, String.join(", ", layers)))
        .toList();
  }

  /** What keeps the user's own network from being trained on the data: none, or the first. */
  private static List<String> problems(Baseline.From own, DataFacts facts) {
    try {
      TrainableNetwork.load(Path.of(own.path()), facts).close();
      return List.of();
    } catch (IllegalArgumentException e) {
      return List.of("baseline.from: " + e.getMessage());
    }
  }

  /**
   * Makes sure that the options make sense.
   *
   * @throws UsageException saying which does not
   */
  void check() throws UsageException {
    data.check();
  }

  /** Where data sets lie; null where no folder was named and there is none. */
  @Nullable String dataAddress() {
    return data.address();
  }
}
