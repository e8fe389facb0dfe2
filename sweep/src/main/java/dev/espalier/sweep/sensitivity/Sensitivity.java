package dev.espalier.sweep.sensitivity;

import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.AlignedColumns;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.Metrics;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What accuracy is left where one layer is pruned alone; the mean over the seeds.
 *
 * @param dense validation accuracy of the network that is not pruned; NaN where it is not known yet
 * @param layers in the order of the network, each with the validation accuracy by the sparsity of
 *     the layer
 */
public record Sensitivity(double dense, Map<String, NavigableMap<BigDecimal, Double>> layers) {
  private static final String LAYER = "prune_layers";

  public Sensitivity {
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
  }

  /** A place of the picture. */
  private record Place(String layer, BigDecimal sparsity) {}

  /** From the completed trials of a sweep that {@link SensitivitySweep} made. */
  public static Sensitivity of(SweepSnapshot sweep) {
    return of(sweep.trials());
  }

  static Sensitivity of(List<TrialResult> trials) {
    Map<Place, List<TrialResult>> pruned =
        trials.stream()
            .filter(trial -> trial.completed() && trial.parameters().get(LAYER) != null)
            .collect(
                Collectors.groupingBy(Sensitivity::place, LinkedHashMap::new, Collectors.toList()));
    Map<String, NavigableMap<BigDecimal, Double>> layers = new LinkedHashMap<>();
    pruned.forEach(
        (place, seeds) ->
            layers
                .computeIfAbsent(place.layer(), layer -> new TreeMap<>())
                .put(place.sparsity(), accuracy(seeds)));
    List<TrialResult> dense =
        trials.stream()
            .filter(trial -> trial.completed() && trial.parameters().get(LAYER) == null)
            .toList();
    return new Sensitivity(accuracy(dense), layers);
  }

  private static Place place(TrialResult trial) {
    return new Place(
        String.valueOf(trial.parameters().get(LAYER)),
        new BigDecimal(String.valueOf(trial.parameters().get("sparsity"))));
  }

  private static double accuracy(Collection<TrialResult> seeds) {
    return seeds.stream()
        .mapToDouble(trial -> trial.metrics().get(Metrics.VAL_ACCURACY))
        .average()
        .orElse(Double.NaN);
  }

  /** The layers, that of the lowest mean accuracy first. */
  List<String> mostSensitiveFirst() {
    return layers.entrySet().stream()
        .sorted(Comparator.comparingDouble(layer -> mean(layer.getValue().values())))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static double mean(Collection<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  /** A table for a terminal: a row for each layer, a column for each sparsity. */
  public List<String> lines() {
    TreeSet<BigDecimal> sparsities = new TreeSet<>();
    layers.values().forEach(accuracies -> sparsities.addAll(accuracies.keySet()));
    List<List<String>> rows = new ArrayList<>();
    List<String> heading = new ArrayList<>(List.of("layer"));
    sparsities.forEach(sparsity -> heading.add("s=" + sparsity.toPlainString()));
    rows.add(heading);
    layers.forEach(
        (layer, accuracies) -> {
          List<String> row = new ArrayList<>(List.of(layer));
          sparsities.forEach(
              sparsity -> row.add(text(accuracies.getOrDefault(sparsity, Double.NaN))));
          rows.add(row);
        });
    List<String> lines = new ArrayList<>();
    lines.add("Validation accuracy with one layer pruned, %s with none:".formatted(text(dense)));
    lines.addAll(AlignedColumns.lines(rows, column -> column == 0));
    return lines;
  }

  private static String text(double accuracy) {
    return Double.isNaN(accuracy) ? "-" : String.format(Locale.ROOT, "%.4f", accuracy);
  }
}
