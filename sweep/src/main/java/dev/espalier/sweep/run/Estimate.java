package dev.espalier.sweep.run;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The estimated seconds of each stage: those of earlier stages of the same network and kind, per
 * epoch for training, or those of a short timing if there are none.
 *
 * @param seconds of every planned stage, by its id
 * @param source where the numbers come from, for people
 */
public record Estimate(Map<StageId, Double> seconds, String source) {

  public Estimate {
    seconds = Map.copyOf(seconds);
  }

  /**
   * Estimates every stage of a plan.
   *
   * @param known results of earlier stages, of this plan or not; measuring a stage again counts as
   *     no time
   * @param timing seconds of a stage by a short timing; called only if there is no similar earlier
   *     stage
   */
  public static Estimate of(
      Plan plan, Map<StageId, StageResult> known, ToDoubleFunction<PlannedStage> timing) {
    return of(plan, known, Set.of(), timing);
  }

  /**
   * @param measured stages that are only measured again, which takes negligible time
   */
  static Estimate of(
      Plan plan,
      Map<StageId, StageResult> known,
      Set<StageId> measured,
      ToDoubleFunction<PlannedStage> timing) {
    Map<String, Rate> rates = new HashMap<>();
    int earlier = 0;
    for (PlannedStage stage : plan.stages()) {
      if (known.get(stage.id()) instanceof StageResult.Done done) {
        rates
            .computeIfAbsent(kind(stage), kind -> new Rate())
            .add(done.seconds(), units(plan, stage));
        earlier++;
      }
    }
    Map<StageId, Double> seconds = new HashMap<>();
    boolean timed = false;
    for (PlannedStage stage : plan.stages()) {
      Rate rate = rates.get(kind(stage));
      if (measured.contains(stage.id())
          || (known.get(stage.id()) instanceof StageResult.Done done && !done.isMeasuredAsNow())) {
        seconds.put(stage.id(), 0.0);
      } else if (rate != null) {
        seconds.put(stage.id(), rate.secondsOf(units(plan, stage)));
      } else {
        seconds.put(stage.id(), timing.applyAsDouble(stage));
        timed = true;
      }
    }
    return new Estimate(seconds, source(earlier, timed));
  }

  /** Seconds of {@code stage}. */
  public double of(PlannedStage stage) {
    return seconds.getOrDefault(stage.id(), 0.0);
  }

  private static String source(int earlier, boolean timed) {
    String stages = "from " + earlier + " earlier stages of this sweep";
    if (earlier == 0) {
      return "from a short timing";
    }
    return timed ? stages + " and a short timing" : stages;
  }

  // An epoch is the same work in training and fine-tuning, whatever the seed is.
  private static String kind(PlannedStage stage) {
    String work = stage.stage().epochs() > 0 ? "epoch" : stage.stage().getClass().getSimpleName();
    return work + " of " + stage.root().canonical();
  }

  private static int units(Plan plan, PlannedStage stage) {
    return Math.max(1, plan.ownEpochs(stage));
  }

  /** Seconds per unit of work, over all measurements. */
  private static final class Rate {
    private double seconds;
    private int units;

    void add(double moreSeconds, int moreUnits) {
      seconds += moreSeconds;
      units += moreUnits;
    }

    double secondsOf(int someUnits) {
      return seconds / units * someUnits;
    }
  }
}
