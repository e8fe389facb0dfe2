package dev.espalier.sweep.cli;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.ConfigFile;
import dev.espalier.sweep.spec.SpecException;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.data.Batches;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.prune.Prunable;
import dev.espalier.workers.stage.DataFacts;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
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
  ConfigFile read() throws SpecException {
    return SpecFile.open(config, overrides);
  }

  /** The plan of a sweep, for which the data set is read. */
  Plan plan(ConfigFile file) throws SpecException, DataException, IOException {
    String address = dataAddress();
    if (address != null) {
      Storage.at(address).checkAnswers();
    }
    SweepSpec spec = file.spec();
    Dataset dataset = Datasets.loadFrom(spec.dataset(), address);
    List<String> problems = new ArrayList<>();
    try {
      problems.addAll(problems(spec, dataset.facts()));
      OwnNetwork own =
          spec.baseline() instanceof Baseline.From from ? OwnNetwork.of(from, dataset) : null;
      if (problems.isEmpty()) {
        Plan plan = Plan.of(spec, dataset.facts(), own == null ? null : own.planned());
        Set<String> layers = own == null ? layers(plan) : own.layers();
        problems.addAll(unknownLayers("prune", spec.prune().exclude(), layers));
        problems.addAll(unknownLayers("cluster", spec.cluster().exclude(), layers));
        if (problems.isEmpty()) {
          return plan;
        }
      }
    } catch (SpecException e) {
      problems.addAll(e.problems());
    }
    throw new SpecException(problems.stream().map(file::locate).toList());
  }

  /** What is wrong with the recipes. */
  private static List<String> problems(SweepSpec spec, DataFacts facts) {
    List<String> problems = new ArrayList<>();
    if (spec.baseline() instanceof Baseline.Train train) {
      Batches.problems(facts, train.recipe()).forEach(line -> problems.add("baseline." + line));
    }
    Batches.problems(facts, spec.fineTune()).forEach(line -> problems.add("fine-tune." + line));
    return problems;
  }

  /** Names of the layers with a kernel of all networks that are trained here. */
  private static Set<String> layers(Plan plan) {
    Set<String> layers = new LinkedHashSet<>();
    for (PlannedStage planned : plan.stages()) {
      if (planned.stage() instanceof Stage.Train train) {
        Networks.of(train.model(), planned.setup().data()).layout().stream()
            .filter(parameter -> parameter.kind().isKernel())
            .forEach(parameter -> layers.add(parameter.layer()));
      }
    }
    return layers;
  }

  /** Layers to leave alone that no network has: a slip would prune what was to be kept. */
  private static List<String> unknownLayers(String key, List<String> globs, Set<String> layers) {
    return globs.stream()
        .filter(glob -> layers.stream().noneMatch(layer -> Prunable.matches(glob, layer)))
        .map(
            glob ->
                "%s.exclude-layers: must match a layer with a kernel, found %s; layers are %s"
                    .formatted(key, glob, String.join(", ", layers)))
        .toList();
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
