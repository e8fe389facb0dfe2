package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Points for tests. */
final class Points {
  static final List<Objective> ACCURACY_BY_SIZE =
      Objective.of(
          List.of("val/accuracy"), List.of("size/compressed_bytes"), MetricCatalogue.STANDARD);

  private Points() {}

  /** A point that is nothing but its metrics. */
  static Point point(String name, Map<String, Double> metrics) {
    return new Point("id-" + name, name, Map.of(), Lineage.UNKNOWN, new Metrics(metrics), null);
  }

  static Point point(String name, double accuracy, double bytes) {
    return point(name, Map.of("val/accuracy", accuracy, "size/compressed_bytes", bytes));
  }

  /** A trial as the journal has it; of 1,000 images the first {@code right} are right. */
  static Point trial(String model, String sparsity, String centroids, int right, long bytes) {
    Map<String, String> parameters =
        new TreeMap<>(
            Map.of(
                "model",
                model,
                "width",
                "0.25",
                "sparsity",
                sparsity,
                "scope",
                "flat",
                "fine_tune_epochs",
                sparsity.equals("0.0") ? "0" : "1",
                "centroids",
                centroids,
                "seed",
                "1"));
    Metrics metrics =
        new Metrics(
            Map.of(
                "val/accuracy",
                right / 1000.0,
                "test/accuracy",
                right / 1000.0 - 0.01,
                "size/dense_bytes",
                2_805_864.0,
                "size/compressed_bytes",
                (double) bytes,
                "sparsity/achieved",
                Double.parseDouble(sparsity)));
    String name = model + "-s" + sparsity + "-k" + centroids;
    List<String> steps = new ArrayList<>();
    if (!sparsity.equals("0.0")) {
      steps.addAll(List.of("prune", "fine-tune"));
    }
    if (!centroids.equals("none")) {
      steps.add("cluster");
    }
    Lineage lineage = new Lineage("id-" + model + "-s0.0-knone", steps);
    return new Point("id-" + name, name, parameters, lineage, metrics, outcomes(0, right, 1000));
  }

  /** The same as a control. */
  static Point control(Control kind, Point point) {
    Map<String, String> parameters = new TreeMap<>(point.parameters());
    parameters.put(Control.PARAMETER, kind.word());
    return new Point(
        point.trial() + kind.word(),
        point.name() + "-" + kind.word(),
        parameters,
        point.lineage(),
        point.metrics(),
        point.correct());
  }

  /** Images {@code from} to {@code to} are right, the others wrong. */
  static Outcomes outcomes(int from, int to, int images) {
    BitSet right = new BitSet(images);
    right.set(from, to);
    return outcomes(right, images);
  }

  static Outcomes outcomes(BitSet right, int images) {
    byte[] bytes = java.util.Arrays.copyOf(right.toByteArray(), (images + 7) / 8);
    return Outcomes.decode(Base64.getEncoder().encodeToString(bytes), images);
  }

  /** A trial of method {@code name} with a seed, as accurate as {@code correct}. */
  static Point seed(String name, int seed, Outcomes correct, double bytes) {
    return new Point(
        "id-" + name + "-seed" + seed,
        name + "-seed" + seed,
        Map.of("method", name, "seed", String.valueOf(seed)),
        Lineage.UNKNOWN,
        new Metrics(Map.of("val/accuracy", correct.accuracy(), "size/compressed_bytes", bytes)),
        correct);
  }

  static Point with(Point point, String seed, @Nullable Outcomes correct) {
    Map<String, String> parameters = new TreeMap<>(point.parameters());
    parameters.put("seed", seed);
    return new Point(
        point.trial(), point.name(), parameters, point.lineage(), point.metrics(), correct);
  }
}
