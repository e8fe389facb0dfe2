package dev.espalier.workers.facts;

import static dev.espalier.workers.facts.Metric.Better.LESS;
import static dev.espalier.workers.facts.Metric.Better.MORE;
import static dev.espalier.workers.facts.Metric.Moment.EPOCH;
import static dev.espalier.workers.facts.Metric.Moment.LATER;
import static dev.espalier.workers.facts.Metric.Moment.STAGE;
import static dev.espalier.workers.facts.Metric.Prominence.COLUMN;
import static dev.espalier.workers.facts.Metric.Prominence.FIGURE;
import static dev.espalier.workers.facts.MetricUnit.COUNT;
import static dev.espalier.workers.facts.MetricUnit.FRACTION_OF_IMAGES;
import static dev.espalier.workers.facts.MetricUnit.FRACTION_OF_WEIGHTS;
import static dev.espalier.workers.facts.MetricUnit.NATS;
import static dev.espalier.workers.facts.MetricUnit.NUMBER;
import static dev.espalier.workers.facts.MetricUnit.SECONDS;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The metrics that a program knows, in the order in which it lists them. It is passed as a value,
 * so that a longer one can be used in its place.
 *
 * @param all no two of one name; those that one of them refers to are among them
 */
public record MetricCatalogue(List<Metric> all) implements Serializable {

  /** Every metric of Espalier; {@code docs/metrics.md} has the same as a table. */
  public static final MetricCatalogue STANDARD =
      new MetricCatalogue(
              List.of(
                  Metric.of(
                          Metrics.VAL_ACCURACY,
                          "validation accuracy",
                          FRACTION_OF_IMAGES,
                          MORE,
                          "images of the validation split whose most probable class is their label")
                      .measured(EPOCH, STAGE)
                      .headed("val accuracy")
                      .shownAs(COLUMN),
                  Metric.of(
                          Metrics.VAL_LOSS,
                          "validation loss",
                          NATS,
                          LESS,
                          "mean cross-entropy on the validation split")
                      .measured(EPOCH, STAGE)
                      .headed("val loss"),
                  Metric.of(
                          Metrics.TEST_ACCURACY,
                          "test accuracy",
                          FRACTION_OF_IMAGES,
                          MORE,
                          "the same on the test split, which is never used to choose")
                      .chosenBy(Metrics.VAL_ACCURACY)
                      .shownAs(COLUMN),
                  Metric.of(
                          Metrics.TEST_LOSS,
                          "test loss",
                          NATS,
                          LESS,
                          "mean cross-entropy on the test split, which is never used to choose")
                      .chosenBy(Metrics.VAL_LOSS),
                  Metric.of(
                          Metrics.PARAMS_TOTAL,
                          "parameters",
                          COUNT,
                          LESS,
                          "trainable parameters of the network")
                      .byRatio(),
                  Metric.of(
                          Metrics.PARAMS_NONZERO,
                          "non-zero parameters",
                          COUNT,
                          LESS,
                          "trainable parameters that are not zero")
                      .byRatio()
                      .partOf(Metrics.PARAMS_TOTAL),
                  Metric.of(
                          Metrics.SPARSITY_ACHIEVED,
                          "sparsity",
                          FRACTION_OF_WEIGHTS,
                          MORE,
                          "zeros among the weights that prune steps may change")
                      .shownAs(FIGURE),
                  Metric.of(
                      Metrics.SPARSITY_MODEL,
                      "sparsity of all kernels",
                      FRACTION_OF_WEIGHTS,
                      MORE,
                      "zeros among the weights of all kernels, including those that prune steps may not change"),
                  Metric.of(
                      Metrics.VALUES_MAX,
                      "most values in a layer",
                      COUNT,
                      LESS,
                      "the highest number of different non-zero values in a prunable layer: the actual number of centroids"),
                  Metric.of(
                          Metrics.LAYERS_COLLAPSED,
                          "layers without a weight",
                          COUNT,
                          LESS,
                          "prunable layers without a single non-zero weight")
                      .onlyShown(),
                  Metric.of(
                          Metrics.BITS_WEIGHTS,
                          "bits of a weight",
                          COUNT,
                          LESS,
                          "bits of each weight: 32, 16 or 8")
                      .onlyShown(),
                  Metric.of(
                          Metrics.BITS_ACTIVATIONS,
                          "bits of an activation",
                          COUNT,
                          LESS,
                          "bits of each value passed between layers: 32 or 8")
                      .onlyShown(),
                  Metric.of(
                          Metrics.MACS_DENSE,
                          "MACs",
                          COUNT,
                          LESS,
                          "multiply-accumulates of one image")
                      .byRatio(),
                  Metric.of(
                          Metrics.MACS_NONZERO,
                          "MACs with non-zero weights",
                          COUNT,
                          LESS,
                          "multiply-accumulates of one image whose weight is not zero")
                      .byRatio()
                      .partOf(Metrics.MACS_DENSE)
                      .headed("MACs, non-zero")
                      .shownAs(FIGURE)))
          .with(SizeMetrics.ALL)
          .with(DeploymentMetrics.ALL)
          .with(
              List.of(
                  Metric.of(
                      Metrics.OUTPUT_DEVIATION,
                      "output deviation",
                      NUMBER,
                      LESS,
                      "the mean absolute difference of the probabilities from those of the baseline, on"
                          + " the first 256 validation images"),
                  Metric.of(
                          Metrics.LATENCY_BATCH1_SECONDS,
                          "latency of one image",
                          SECONDS,
                          LESS,
                          "median time of the prediction of one image, on one thread of one machine")
                      .byRatio()
                      .measured(LATER),
                  Metric.of(
                          Metrics.LATENCY_FIRST_QUARTILE_SECONDS,
                          "latency of one image, first quartile",
                          SECONDS,
                          LESS,
                          "the first quartile of these times")
                      .byRatio()
                      .measured(LATER)
                      .onlyShown(),
                  Metric.of(
                          Metrics.LATENCY_THIRD_QUARTILE_SECONDS,
                          "latency of one image, third quartile",
                          SECONDS,
                          LESS,
                          "the third quartile of these times")
                      .byRatio()
                      .measured(LATER)
                      .onlyShown(),
                  Metric.of(
                          Metrics.TRAIN_LOSS,
                          "training loss",
                          NATS,
                          LESS,
                          "mean cross-entropy over the steps of an epoch")
                      .measured(EPOCH)
                      .onlyShown(),
                  Metric.of(
                          Metrics.LEARNING_RATE,
                          "learning rate",
                          NUMBER,
                          LESS,
                          "the learning rate of the last step of an epoch")
                      .measured(EPOCH)
                      .onlyShown()));

  public MetricCatalogue {
    all = List.copyOf(all);
    Set<String> names = new HashSet<>();
    for (Metric metric : all) {
      if (!metric.name().matches("[a-z0-9_]+/[a-z0-9_]+")) {
        throw new IllegalArgumentException(
            "the name of a metric must be two words of a-z, 0-9 and _ with a / between, found "
                + metric.name());
      }
      if (!names.add(metric.name())) {
        throw new IllegalArgumentException(
            "a catalogue must have each metric once, found " + metric.name() + " twice");
      }
    }
    for (Metric metric : all) {
      require(metric, metric.dense(), names);
      require(metric, metric.chooser(), names);
      require(metric, metric.only() == null ? null : metric.only().metric(), names);
    }
  }

  private static void require(Metric metric, @Nullable String other, Set<String> names) {
    if (other != null && !names.contains(other)) {
      throw new IllegalArgumentException(
          "%s: must refer to a metric of the catalogue, found %s".formatted(metric.name(), other));
    }
  }

  /** This and {@code more}. */
  public MetricCatalogue with(List<Metric> more) {
    List<Metric> longer = new ArrayList<>(all);
    longer.addAll(more);
    return new MetricCatalogue(longer);
  }

  /**
   * The metric of this name. For one that is not in the catalogue, such as that of a newer program,
   * a plain number, less of which is better, that is only shown.
   */
  public Metric get(String name) {
    return all.stream()
        .filter(metric -> metric.name().equals(name))
        .findFirst()
        .orElseGet(() -> Metric.of(name, name, NUMBER, LESS, "").onlyShown());
  }

  /** Those that may span a front. */
  public List<Metric> objectives() {
    return those(Metric::objective);
  }

  /** Those that are measured at {@code moment}. */
  public List<Metric> measured(Metric.Moment moment) {
    return those(metric -> metric.isMeasured(moment));
  }

  /** The metrics that each result of a stage should have and {@code found} has not. */
  public Set<String> missing(Metrics found) {
    return measured(STAGE).stream()
        .filter(metric -> metric.appliesTo(found))
        .map(Metric::name)
        .filter(name -> !found.values().containsKey(name))
        .collect(Collectors.toUnmodifiableSet());
  }

  private List<Metric> those(Predicate<Metric> wanted) {
    return all.stream().filter(wanted).toList();
  }
}
