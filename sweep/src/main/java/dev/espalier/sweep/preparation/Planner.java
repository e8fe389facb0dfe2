package dev.espalier.sweep.preparation;

import dev.espalier.workers.stage.Train;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.ConfigFile;
import dev.espalier.sweep.spec.SpecException;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.data.Batches;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.prune.Prunable;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
      throws SpecException, DataException, IOException {
    if (dataAddress != null) {
      Storages.at(dataAddress).checkAnswers();
    }
    SweepSpec spec = file.spec();
    Dataset dataset = Datasets.loadFrom(spec.dataset(), dataAddress);
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

  /**
   * The plan of a sweep that has run, made again: its folder keeps only what people ask for.
   *
   * @throws RefusedException if other images lie there now
   */
  public static Plan again(SweepSnapshot sweep, @Nullable String dataAddress)
      throws SpecException, DataException, IOException {
    return Plan.of(sweep.spec(), dataset(sweep, dataAddress).facts(), OwnNetwork.again(sweep));
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

  /** The problems of the recipes. */
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
      if (planned.stage() instanceof Train train) {
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
}
