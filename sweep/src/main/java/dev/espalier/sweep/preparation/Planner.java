package dev.espalier.sweep.preparation;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.ConfigFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.spec.step.FineTuneStep;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.TrainOptions;
import dev.espalier.workers.data.Batches;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.reshape.NewHead;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.ReplaceHead;
import dev.espalier.workers.stage.Train;
import dev.espalier.workers.stage.Training;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans of sweeps over the images as they lie there now. Their folder or address is null where
 * nobody named one and there is none.
 */
public final class Planner {
  private Planner() {}

  /** The plan of a new sweep, for which the data set and the user's own network are read. */
  public static Plan plan(ConfigFile file, @Nullable String dataAddress)
      throws ConfigException, DataException, IOException {
    if (dataAddress != null) {
      Storages.at(dataAddress).checkAnswers();
    }
    SweepSpec spec = file.spec();
    Dataset dataset = Datasets.loadFrom(spec.dataset(), dataAddress);
    List<String> problems = new ArrayList<>();
    try {
      problems.addAll(problems(spec, dataset.facts()));
      OwnNetwork own =
          spec.baseline() instanceof Baseline.From from
              ? OwnNetwork.of(from, dataset, spec.replacesHeads())
              : null;
      if (problems.isEmpty()) {
        Plan plan = Plan.of(spec, dataset.facts(), own == null ? null : own.file());
        Set<String> layers = layers(plan, own);
        problems.addAll(batches(plan, dataset.facts()));
        spec.layerGlobs()
            .forEach((path, globs) -> problems.addAll(unknownLayers(path, globs, layers)));
        if (problems.isEmpty()) {
          return plan;
        }
      }
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    throw new ConfigException(problems.stream().map(file::locate).toList());
  }

  /**
   * The plan of a sweep that has run, made again: its folder keeps only what people ask for.
   *
   * @throws RefusedException if other images lie there now
   */
  public static Plan again(SweepSnapshot sweep, @Nullable String dataAddress)
      throws ConfigException, DataException, IOException {
    Dataset dataset = dataset(sweep, dataAddress);
    return Plan.of(sweep.spec(), dataset.facts(), OwnNetwork.again(sweep, dataset));
  }

  /**
   * The data set that a sweep ran on.
   *
   * @throws RefusedException if other images lie there now
   */
  public static Dataset dataset(SweepSnapshot sweep, @Nullable String dataAddress)
      throws DataException, IOException {
    Dataset found = Datasets.loadFrom(sweep.spec().dataset(), dataAddress);
    DataFacts before = sweep.plan().data();
    if (!found.facts().equals(before)) {
      throw new RefusedException(
          "--data: must hold the images that the sweep ran on, %s of digest %s, found digest %s"
              .formatted(before.name(), before.digest(), found.facts().digest()));
    }
    return found;
  }

  /** The problems of the recipes that a config gives at its top. */
  private static List<String> problems(SweepSpec spec, DataFacts facts) {
    List<String> problems = new ArrayList<>();
    if (spec.baseline() instanceof Baseline.Train train) {
      train.product().stream()
          .flatMap(values -> Batches.problems(facts, TrainOptions.recipe(values)).stream())
          .distinct()
          .forEach(line -> problems.add("baseline." + line));
    }
    OptionValues fineTune = spec.defaults("fine-tune");
    Batches.problems(
            facts, fineTune.get(FineTuneStep.RECIPE.batch), fineTune.get(FineTuneStep.RECIPE.shift))
        .forEach(line -> problems.add("fine-tune." + line));
    return problems;
  }

  /** The problems of the recipes of steps. */
  private static List<String> batches(Plan plan, DataFacts facts) {
    return plan.stages().stream()
        .filter(planned -> planned.stage() instanceof Training)
        .flatMap(planned -> Optional.ofNullable(planned.stage().recipe()).stream())
        .distinct()
        .flatMap(recipe -> Batches.problems(facts, recipe).stream())
        .map(line -> "pipelines: fine-tune." + line)
        .toList();
  }

  /**
   * Names of the layers with a kernel of all networks with which trials start, and of new heads.
   */
  private static Set<String> layers(Plan plan, @Nullable OwnNetwork own) {
    Set<String> layers = new LinkedHashSet<>(own == null ? Set.of() : own.layers());
    for (PlannedStage planned : plan.stages()) {
      if (planned.stage() instanceof Train train) {
        Networks.of(train.model(), planned.setup().data()).layout().stream()
            .filter(parameter -> parameter.kind().isKernel())
            .forEach(parameter -> layers.add(parameter.layer()));
      } else if (planned.stage() instanceof ReplaceHead head) {
        layers.addAll(NewHead.names(head.layers()));
      }
    }
    return layers;
  }

  /** Layers to leave alone that no network has: a slip would prune what was to be kept. */
  private static List<String> unknownLayers(String path, Set<String> globs, Set<String> layers) {
    return globs.stream()
        .filter(glob -> !KernelSelection.isHead(glob))
        .filter(glob -> layers.stream().noneMatch(layer -> KernelSelection.matches(glob, layer)))
        .map(
            glob ->
                "%s: must match a layer with a kernel, found %s; layers are %s"
                    .formatted(path, glob, String.join(", ", layers)))
        .toList();
  }
}
