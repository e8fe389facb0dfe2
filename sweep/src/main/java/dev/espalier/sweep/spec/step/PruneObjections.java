package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.spec.step.PruneOptions.Unit;
import dev.espalier.sweep.spec.step.SparsitySchedule.Kind;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.prune.Rounding;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Combinations of a prune step's options that make no sense, after its path and a colon. */
final class PruneObjections {
  private PruneObjections() {}

  /** Of a step directly after one that prunes the same, which alone would do. */
  static @Nullable String ofPlace(OptionValues values, List<OptionValues> before) {
    OptionValues last = before.isEmpty() ? OptionValues.NONE : before.get(before.size() - 1);
    Unit unit = values.get(PruneOptions.UNIT);
    return last.find(PruneOptions.UNIT) == unit && SparsitySchedule.kind(last) == Kind.ONE_SHOT
        ? "must not directly follow a step that prunes by unit %s; train or cluster between them"
            .formatted(unit.word())
        : null;
  }

  /** Of a step that prunes below a threshold. */
  static @Nullable String ofThreshold(OptionValues values, String criterion, String magnitude) {
    if (values.has(PruneOptions.SPARSITY)) {
      return "threshold: not allowed with sparsity";
    }
    if (!criterion.equals(magnitude)) {
      return "threshold: not allowed with criterion %s, only with %s"
          .formatted(criterion, magnitude);
    }
    return SparsitySchedule.kind(values) == Kind.ONE_SHOT
        ? SparsitySchedule.objection(values)
        : "threshold: not allowed with a schedule other than one-shot";
  }

  /** Of a step that removes filters. */
  static @Nullable String ofFilters(OptionValues values) {
    if (values.has(PruneOptions.THRESHOLD)) {
      return "threshold: not allowed with unit filter, only with weight";
    }
    if (SparsitySchedule.kind(values) == Kind.POLYNOMIAL) {
      return "schedule: polynomial is not allowed with unit filter, only with weight";
    }
    return values.find(PruneOptions.ROUNDING) == Rounding.KEEP_HALF_EVEN
        ? "rounding: keep-half-even is not allowed with unit filter, only with weight"
        : null;
  }

  /**
   * Of a step that prunes to a sparsity.
   *
   * @param before the values of the steps of its pipeline before it
   */
  static @Nullable String ofSparsity(OptionValues values, List<OptionValues> before) {
    String ofSchedule = SparsitySchedule.objection(values);
    if (ofSchedule != null || values.get(PruneOptions.UNIT) == Unit.FILTER) {
      return ofSchedule;
    }
    BigDecimal sparsity = values.get(PruneOptions.SPARSITY);
    for (OptionValues earlier : before) {
      BigDecimal least = earlier.find(PruneOptions.SPARSITY);
      if (least != null
          && earlier.get(PruneOptions.UNIT) == Unit.WEIGHT
          && sparsity.compareTo(least) <= 0) {
        return "sparsity: must be above that of an earlier prune step, found %s after %s; exclude such trials"
            .formatted(Schedule.plain(sparsity), Schedule.plain(least));
      }
    }
    return null;
  }
}
