package dev.espalier.sweep.journal;

import dev.espalier.sweep.pareto.Outcomes;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A check of the figures that a result holds twice: accuracies against the images classified
 * rightly, sparsity and values against the layers, the size against the file. A result that was
 * edited, or damaged by a disk, is refused. Stages that are not planned, or were measured by
 * another version, are not checked, because their figures are not used.
 *
 * @param images in each split whose outcomes are noted
 */
record JournalConsistency(Set<StageId> planned, Map<String, Integer> images) {

  /** That of the stages of a plan. */
  static JournalConsistency of(PlanFile plan) {
    return new JournalConsistency(
        plan.stages().stream().map(stage -> new StageId(stage.id())).collect(Collectors.toSet()),
        Map.of("val", plan.data().validation(), "test", plan.data().test()));
  }

  /**
   * Makes sure that a result says one thing.
   *
   * @throws IllegalArgumentException saying what contradicts what
   */
  void require(StageResult.Done done) {
    if (planned.contains(done.id()) && done.isMeasuredAsNow()) {
      images.forEach((split, count) -> accuracy(done, split, count));
      DataFile network = done.files().get("network");
      if (network != null) {
        // As long as the file in its first version; later ones hold the table and more behind it.
        double bytes = done.metrics().get(Metrics.SIZE_COMPRESSED_BYTES);
        if (bytes > network.bytes()) {
          throw new IllegalArgumentException(
              "%s must be at most %d, the bytes of the network's file, found %s"
                  .formatted(Metrics.SIZE_COMPRESSED_BYTES, network.bytes(), bytes));
        }
      }
      if (!done.layers().isEmpty()) {
        layers(done, done.layers().stream().filter(LayerRow::prunable).toList());
      }
    }
  }

  private static void accuracy(StageResult.Done done, String split, int images) {
    String correct = done.correct().get(split);
    if (correct != null) {
      Outcomes outcomes;
      try {
        outcomes = Outcomes.decode(correct, images);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("correct." + split + ": " + e.getMessage(), e);
      }
      equal(done, split + "/accuracy", outcomes.accuracy(), "share of correctly classified images");
    }
  }

  private static void layers(StageResult.Done done, List<LayerRow> prunable) {
    long weights = prunable.stream().mapToLong(LayerRow::weights).sum();
    long nonzero = prunable.stream().mapToLong(LayerRow::nonzero).sum();
    double sparsity = weights == 0 ? 0 : (double) (weights - nonzero) / weights;
    equal(done, Metrics.SPARSITY_ACHIEVED, sparsity, "share of zeros in the layers");
    equal(
        done,
        Metrics.VALUES_MAX,
        (double) prunable.stream().mapToLong(LayerRow::values).max().orElse(0),
        "most values of a layer");
    equal(
        done,
        Metrics.LAYERS_COLLAPSED,
        (double) prunable.stream().filter(layer -> layer.nonzero() == 0).count(),
        "layers without a weight");
  }

  private static void equal(StageResult.Done done, String metric, double value, String what) {
    Double found = done.metrics().values().get(metric);
    if (found != null && found != value) {
      throw new IllegalArgumentException(
          "%s must be the %s, %s, found %s".formatted(metric, what, value, found));
    }
  }
}
