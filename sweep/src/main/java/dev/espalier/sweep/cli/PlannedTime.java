package dev.espalier.sweep.cli;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.plan.BudgetProposal;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.preparation.ShortTiming;
import dev.espalier.sweep.run.Estimate;
import dev.espalier.sweep.run.Progress;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.terminal.Formats;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long plans take, in words.
 *
 * @param results of stages that earlier runs and other sweeps left
 * @param slots how many stages run at the same time
 * @param timing of networks without results
 */
record PlannedTime(Map<StageId, StageResult> results, int slots, ShortTiming timing) {
  PlannedTime {
    results = Map.copyOf(results);
  }

  /** {@code time: about 3 min 05 s, 2 stages at a time, estimated from a short timing}. */
  String line(Plan plan) {
    Estimate estimate = estimate(plan);
    Progress progress = progress(plan, estimate);
    String left = progress.done() == 0 ? "" : " for the %d stages left".formatted(progress.left());
    return "time: about %s%s, %d stages at a time, estimated %s"
        .formatted(Formats.duration(progress.secondsLeft()), left, slots, estimate.source());
  }

  /** The part of a sweep that fits into a given time, as lists to paste into its config. */
  List<String> proposal(SweepSpec spec, Plan plan, Duration budget) throws ConfigException {
    double seconds = budget.toMillis() / 1000.0;
    String time = Formats.duration(seconds);
    if (seconds(plan) <= seconds) {
      return List.of("budget: the whole sweep fits into %s".formatted(time));
    }
    BudgetProposal proposal = BudgetProposal.of(spec, plan, seconds, this::seconds);
    if (proposal == null) {
      BudgetProposal least = BudgetProposal.least(spec, plan, this::seconds);
      return List.of(
          "budget: nothing fits into %s; the ends of all axes alone are %d trials, about %s: allow more time, or use a smaller network, fewer epochs or fewer images"
              .formatted(time, least.plan().trials().size(), Formats.duration(least.seconds())));
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "budget: %d of %d trials fit into %s, about %s: the ends of each axis, then the middles, then values between them while the time lasts"
            .formatted(
                proposal.plan().trials().size(),
                plan.trials().size(),
                time,
                Formats.duration(proposal.seconds())));
    lines.add("");
    SpecFile.writeAxes(proposal.spec()).lines().forEach(lines::add);
    return lines;
  }

  /** The estimated seconds of a plan. */
  double seconds(Plan plan) {
    return progress(plan, estimate(plan)).secondsLeft();
  }

  private Estimate estimate(Plan plan) {
    return Estimate.of(plan, results, timing.of(plan));
  }

  private Progress progress(Plan plan, Estimate estimate) {
    Map<StageId, StageResult> done = new HashMap<>(results);
    done.values().removeIf(result -> result instanceof StageResult.Failed);
    return Progress.of(plan, done, Map.of(), estimate, slots);
  }
}
