package dev.espalier.sweep.plan;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.SweepSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The part of a sweep that fits into a given time: both ends of each axis, then the middles, then
 * the values that halve the remaining gaps, while the time lasts. Networks, baselines and seeds
 * stay as they are.
 *
 * @param seconds that it takes by the estimate
 */
public record BudgetProposal(SweepSpec spec, Plan plan, double seconds) {

  /**
   * The largest part that fits, found by adding one level of one axis after the other.
   *
   * @param plan of the whole {@code spec}
   * @param budget in seconds
   * @param estimate seconds that a plan takes
   * @return null where not even the ends of the axes fit
   */
  public static @Nullable BudgetProposal of(
      SweepSpec spec, Plan plan, double budget, ToDoubleFunction<Plan> estimate)
      throws ConfigException {
    KeptAxes axes = new KeptAxes(spec);
    Map<KeptAxes.Place, Integer> kept = new LinkedHashMap<>();
    BudgetProposal best = upTo(axes, kept, plan, estimate);
    if (best.seconds() > budget) {
      return null;
    }
    List<KeptAxes.Place> open = new ArrayList<>(axes.highest().keySet());
    for (int level = AxisLevels.MIDDLE; !open.isEmpty(); level++) {
      for (KeptAxes.Place place : List.copyOf(open)) {
        if (level > axes.highest().getOrDefault(place, 0)) {
          open.remove(place);
          continue;
        }
        Map<KeptAxes.Place, Integer> more = new LinkedHashMap<>(kept);
        more.put(place, level);
        BudgetProposal larger = upTo(axes, more, plan, estimate);
        if (larger.seconds() <= budget) {
          kept = more;
          best = larger;
        } else {
          open.remove(place);
        }
      }
    }
    return best;
  }

  /** The smallest part that {@link #of} may propose. */
  public static BudgetProposal least(SweepSpec spec, Plan plan, ToDoubleFunction<Plan> estimate)
      throws ConfigException {
    return upTo(new KeptAxes(spec), Map.of(), plan, estimate);
  }

  private static BudgetProposal upTo(
      KeptAxes axes, Map<KeptAxes.Place, Integer> kept, Plan whole, ToDoubleFunction<Plan> estimate)
      throws ConfigException {
    SweepSpec spec = axes.upTo(kept);
    Plan plan = whole.over(spec);
    return new BudgetProposal(spec, plan, estimate.applyAsDouble(plan));
  }
}
