package dev.espalier.sweep.sensitivity;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.ConfigFile;
import dev.espalier.sweep.spec.Methods;
import dev.espalier.sweep.spec.Objectives;
import dev.espalier.sweep.spec.Pipeline;
import dev.espalier.sweep.spec.Step;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.spec.step.Axes;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.PlannedNetwork;
import dev.espalier.sweep.spec.step.PruneOptions;
import dev.espalier.sweep.spec.step.PruneStep;
import dev.espalier.workers.facts.Architecture;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.prune.Scope;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A sweep over the layers of a network, each pruned alone and not fine-tuned (arXiv 1608.08710),
 * made from another sweep: with its data, its baseline, its seeds and its defaults.
 *
 * @param from the other sweep, of one network with one baseline
 * @param sparsities to which each layer is pruned, rising
 */
public record SensitivitySweep(SweepSpec from, List<BigDecimal> sparsities) {
  /** The name of its only pipeline. */
  static final String PIPELINE = "sensitivity";

  private static final int LONGEST_NAME = 100;

  public SensitivitySweep {
    sparsities = List.copyOf(sparsities);
  }

  /**
   * The sweep from that of a config.
   *
   * @param given sparsities in (0, 1); if there are none, those that the first prune step of each
   *     pipeline has
   * @throws ConfigException if the config has several networks or baselines, or no sparsities
   */
  public static SensitivitySweep of(ConfigFile file, List<BigDecimal> given)
      throws ConfigException {
    SweepSpec spec = file.spec();
    List<String> problems = new ArrayList<>();
    if (spec.models().size() > 1) {
      problems.add(
          "model: must be one network to compare its layers, found %d; choose one with --set \"model=%s\""
              .formatted(spec.models().size(), written(spec.models().get(0))));
    }
    if (spec.baseline() instanceof Baseline.Train train && train.product().size() > 1) {
      problems.add(
          "baseline: must be one to compare the layers of a network, found %d; choose one with --set, such as --set baseline.epochs=8"
              .formatted(train.product().size()));
    }
    TreeSet<BigDecimal> sparsities = new TreeSet<>(given);
    if (given.isEmpty()) {
      spec.pipelines().forEach(pipeline -> sparsities.addAll(sparsities(pipeline, spec)));
    }
    if (sparsities.isEmpty()) {
      problems.add(
          "%s: must prune to a sparsity above 0, found none; --sparsity 0.5,0.7,0.9 says which to try"
              .formatted(spec.hasGrid() ? "grid" : "pipelines"));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems.stream().map(file::locate).toList());
    }
    return new SensitivitySweep(spec, List.copyOf(sparsities));
  }

  private static String written(Model model) {
    String network =
        model.architecture() instanceof Architecture.Listed listed
            ? "name: " + listed.name() + ", layers: " + listed.layers()
            : "architecture: " + model.name();
    return "{%s, width: %s}".formatted(network, model.width().toPlainString());
  }

  private static List<BigDecimal> sparsities(Pipeline pipeline, SweepSpec spec) {
    return pipeline.steps().stream()
        .filter(step -> step.kind().options().contains(PruneOptions.SPARSITY))
        .limit(1)
        .flatMap(step -> step.alternatives().stream())
        .flatMap(Optional::stream)
        .flatMap(axes -> sparsities(axes, spec.defaults("prune")).stream())
        .filter(sparsity -> sparsity.signum() > 0)
        .toList();
  }

  private static List<BigDecimal> sparsities(Axes axes, OptionValues defaults) {
    List<BigDecimal> given = axes.find(PruneOptions.SPARSITY);
    BigDecimal preset = defaults.find(PruneOptions.SPARSITY);
    return given != null ? given : preset != null ? List.of(preset) : List.of();
  }

  /**
   * The sweep over the layers that pruning takes by the defaults of the config.
   *
   * @param network the baseline
   * @throws ConfigException if it takes none
   */
  public SweepSpec spec(PlannedNetwork network) throws ConfigException {
    OptionValues presets = from.defaults("prune");
    KernelSelection selection = PruneStep.LAYERS.selection(presets, network);
    List<List<String>> layers =
        network.parameters().stream()
            .filter(parameter -> selection.takes(parameter.kind(), parameter.layer()))
            .map(parameter -> List.of(glob(parameter.layer())))
            .toList();
    if (layers.isEmpty()) {
      throw new ConfigException(List.of("prune: must take a layer of the network, found none"));
    }
    Axes axes =
        Axes.NONE
            .with(PruneOptions.SPARSITY, sparsities)
            .with(PruneOptions.SCOPE, List.of(Scope.LAYERWISE))
            .with(PruneStep.LAYERS.layers, layers);
    Step prune =
        new Step(Methods.STANDARD.step("prune"), List.of(Optional.empty(), Optional.of(axes)));
    // Else a layer that is the default would not be told among a trial's parameters.
    Map<String, OptionValues> defaults = new LinkedHashMap<>(from.defaults());
    defaults.put("prune", presets.with(PruneStep.LAYERS.layers, List.of()));
    return new SweepSpec(
        name(from.name()),
        from.dataset(),
        from.models(),
        from.baseline(),
        defaults,
        List.of(new Pipeline(PIPELINE, List.of(prune))),
        false,
        List.of(),
        List.of(),
        from.seeds(),
        Objectives.PRESET,
        false,
        from.checkpoints());
  }

  private static String name(String name) {
    String ending = "-" + PIPELINE;
    return name.substring(0, Math.min(name.length(), LONGEST_NAME - ending.length())) + ending;
  }

  /** The layer of a user may have letters that no glob has. */
  private static String glob(String layer) {
    return layer.replaceAll("[^A-Za-z0-9_.*?/-]", "?");
  }
}
