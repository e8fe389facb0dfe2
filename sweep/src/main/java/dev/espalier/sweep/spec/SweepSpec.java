package dev.espalier.sweep.spec;

import dev.espalier.sweep.spec.step.Option;
import dev.espalier.sweep.spec.step.OptionValues;
import dev.espalier.sweep.spec.step.ReplaceHeadStep;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Model;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A sweep as its config asks for it, all defaults filled in. Decimal numbers have no trailing
 * zeros, so that equal numbers are equal objects.
 *
 * @param name lower-case letters, digits and hyphens
 * @param models the networks to train, distinct; empty where the baseline is the user's own
 * @param defaults values of the options of each kind of step, by its word
 * @param pipelines at least one; only {@link Pipeline#GRID} where the config has {@code grid}
 * @param hasGrid whether the config has {@code grid}, the short form
 * @param include cells added after {@code exclude} has cut
 * @param exclude cells cut from the products of the axes
 * @param seeds at least one, distinct
 * @param controls whether reference trials are added
 * @param checkpoints which of them are kept
 */
public record SweepSpec(
    String name,
    DataSource dataset,
    List<Model> models,
    Baseline baseline,
    Map<String, OptionValues> defaults,
    List<Pipeline> pipelines,
    boolean hasGrid,
    List<CellChoice> include,
    List<CellChoice> exclude,
    List<Long> seeds,
    Objectives objectives,
    boolean controls,
    Retention checkpoints) {

  /** More cells than this are taken for a mistake. */
  public static final int MAX_CELLS = 100_000;

  public SweepSpec {
    models = List.copyOf(models);
    defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
    pipelines = List.copyOf(pipelines);
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    seeds = List.copyOf(seeds);
    if (seeds.isEmpty()) {
      throw new IllegalArgumentException("a sweep must have at least one seed, found none");
    }
  }

  /** The same with other pipelines, and with other cells cut from them. */
  SweepSpec with(List<Pipeline> others, List<CellChoice> cut) {
    return new SweepSpec(
        name,
        dataset,
        models,
        baseline,
        defaults,
        others,
        hasGrid,
        include,
        cut,
        seeds,
        objectives,
        controls,
        checkpoints);
  }

  /** The globs of layer names in the config, by the path where they stand. */
  public Map<String, Set<String>> layerGlobs() {
    Map<String, Set<String>> globs = new LinkedHashMap<>();
    defaults.forEach((word, values) -> add(globs, word, values));
    for (Pipeline pipeline : pipelines) {
      for (int i = 0; i < pipeline.steps().size(); i++) {
        Step step = pipeline.steps().get(i);
        String word = step.kind().word();
        String path = "pipelines.%s[%d].%s".formatted(pipeline.name(), i, word);
        step.product(OptionValues.NONE).forEach(each -> add(globs, path, each.values()));
      }
    }
    return globs;
  }

  private static void add(Map<String, Set<String>> globs, String path, OptionValues values) {
    for (Option<?> option : values.options()) {
      List<String> found = values.layerGlobs(option);
      if (!found.isEmpty()) {
        String place = path + "." + option.key().name();
        globs.computeIfAbsent(place, name -> new LinkedHashSet<>()).addAll(found);
      }
    }
  }

  /** Whether every trial begins by giving its network another classifier. */
  public boolean replacesHeads() {
    return pipelines.stream().allMatch(SweepSpec::replacesHeads);
  }

  private static boolean replacesHeads(Pipeline pipeline) {
    Step first = pipeline.steps().get(0);
    return first.kind() instanceof ReplaceHeadStep
        && first.alternatives().stream().allMatch(Optional::isPresent);
  }

  /** The defaults of a kind of step. */
  public OptionValues defaults(String word) {
    return defaults.getOrDefault(word, OptionValues.NONE);
  }
}
