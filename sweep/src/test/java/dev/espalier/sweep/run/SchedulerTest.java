package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageRunner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SchedulerTest {
  private final Plan plan = SmallPlan.usual();
  private final List<String> events = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();
  private boolean frontFirst;

  @Test
  void theLongestRemainingPathGoesFirst() {
    schedule(1, Set.of(), stage -> stage.label().contains("0.9") ? 10 : 1);
    assertEquals(
        List.of(
            "train",
            "prune 0.9",
            "tune 0.9 epoch 1",
            "tune 0.9 epoch 3",
            "cluster 0.9 epoch 1",
            "cluster 0.9 epoch 3",
            "prune 0.5"),
        started().subList(0, 7));
    assertEquals(11, started().size());
  }

  /** The trials have one parameter of eight values: ends, middle, and what halves the gaps. */
  @Test
  void theStagesOfTheFirstTrialsGoFirstWhereTheFrontIsToBeUsefulEarly() {
    frontFirst = true;
    schedule(1, Set.of(), stage -> stage.label().contains("0.9") ? 10 : 1);
    assertEquals(
        List.of(
            "train",
            "prune 0.5",
            "tune 0.5 epoch 1", // the first trial
            "prune 0.9",
            "tune 0.9 epoch 1",
            "tune 0.9 epoch 3",
            "cluster 0.9 epoch 3", // the last one
            "tune 0.5 epoch 3",
            "cluster 0.5 epoch 3", // that in the middle
            "cluster 0.5 epoch 1",
            "cluster 0.9 epoch 1"),
        started());
  }

  @Test
  void noMoreRunThanThereAreSlots() {
    schedule(3, Set.of(), stage -> 1);
    int running = 0;
    int most = 0;
    for (String event : events) {
      running += event.startsWith("start") ? 1 : -1;
      most = Math.max(most, running);
    }
    assertTrue(most > 1 && most <= 3, "" + most);
  }

  @Test
  void aSuspectRunsFirstAndAlone() {
    schedule(3, Set.of("tune 0.5 epoch 1", "cluster 0.9 epoch 1"), stage -> 1);
    for (String suspect : List.of("tune 0.5 epoch 1", "cluster 0.9 epoch 1")) {
      int at = events.indexOf("start " + suspect);
      assertEquals("end " + suspect, events.get(at + 1), "" + events);
      long running =
          events.subList(0, at).stream().mapToInt(e -> e.startsWith("start") ? 1 : -1).sum();
      assertEquals(0, running, "" + events);
    }
    assertTrue(
        started().indexOf("tune 0.5 epoch 1") < started().indexOf("tune 0.9 epoch 3"), "" + events);
  }

  @Test
  void noStageStartsWhenTheTimeIsOverAndWhatHasStartedIsWaitedFor() {
    Duration most = Duration.ofHours(2);
    HandClock time = new HandClock();
    StageRunner runner =
        stage -> {
          time.pass(stage.label().startsWith("prune") ? most : Duration.ofMinutes(1));
          return done(stage);
        };
    Scheduler scheduler = scheduler(2, Set.of(), stage -> 1, runner, null, time);
    assertEquals(Outcome.Ending.OUT_OF_TIME, scheduler.run(most));
    assertEquals(List.of("train", "prune 0.5", "prune 0.9"), started());
    assertEquals(6, events.size(), "" + events);
  }

  @Test
  void aStageOverItsTimeLimitFailsAlone() {
    Duration limit = Duration.ofMinutes(5);
    HandClock time = new HandClock();
    StageRunner runner =
        stage -> {
          boolean hangs = stage.label().equals("tune 0.5 epoch 1");
          time.pass(hangs ? limit : limit.minusNanos(1));
          if (hangs) {
            Thread.sleep(60_000);
          }
          return done(stage);
        };
    Scheduler scheduler = scheduler(1, Set.of(), stage -> 1, runner, limit, time);
    assertEquals(Outcome.Ending.COMPLETE, scheduler.run(null));
    assertEquals(List.of("tune 0.5 epoch 1"), failed);
    assertEquals(
        List.of("cluster 0.5 epoch 1", "cluster 0.5 epoch 3", "tune 0.5 epoch 3"),
        plan.stages().stream()
            .map(PlannedStage::label)
            .filter(label -> !started().contains(label))
            .sorted()
            .toList(),
        "those that need it do not start");
  }

  private void schedule(int slots, Set<String> suspects, ToDoubleFunction<PlannedStage> seconds) {
    Outcome.Ending ending =
        scheduler(slots, suspects, seconds, SchedulerTest::slowly, null, new HandClock()).run(null);
    assertEquals(Outcome.Ending.COMPLETE, ending);
    assertEquals(22, events.size());
  }

  private Scheduler scheduler(
      int slots,
      Set<String> suspects,
      ToDoubleFunction<PlannedStage> seconds,
      StageRunner runner,
      @Nullable Duration stageLimit,
      Time time) {
    Set<StageId> toRun = new LinkedHashSet<>();
    plan.stages().forEach(stage -> toRun.add(stage.id()));
    Set<StageId> suspectIds =
        plan.stages().stream()
            .filter(stage -> suspects.contains(stage.label()))
            .map(PlannedStage::id)
            .collect(Collectors.toSet());
    Resume resume = new Resume(Map.of(), Map.of(), List.of(), toRun, suspectIds);
    Estimate estimate = Estimate.of(plan, Map.of(), seconds);
    StageExecutor executor = new InProcessExecutor(slots, runner);
    return new Scheduler(
        plan,
        resume,
        StageOrder.of(plan, resume, estimate, frontFirst),
        executor,
        new Events(),
        new Inbox(),
        stageLimit,
        time);
  }

  /** Others have time to start beside it, where they may. */
  private static StageResult slowly(PlannedStage stage) throws InterruptedException {
    Thread.sleep(20);
    return done(stage);
  }

  private static StageResult done(PlannedStage stage) {
    return new StageResult.Done(
        stage.id(), Metrics.NONE, List.of(), List.of(), Map.of(), Map.of(), HashRunner.HERE, 0.02);
  }

  private List<String> started() {
    return events.stream()
        .filter(event -> event.startsWith("start "))
        .map(event -> event.substring("start ".length()))
        .toList();
  }

  /** Notes what happens. */
  private final class Events implements Scheduler.Events {
    @Override
    public void started(PlannedStage stage) {
      events.add("start " + stage.label());
    }

    @Override
    public void finished(StageResult result) {
      boolean isFailed = result instanceof StageResult.Failed;
      plan.stages().stream()
          .filter(stage -> stage.id().equals(result.id()))
          .forEach(
              stage -> {
                events.add("end " + stage.label());
                if (isFailed) {
                  failed.add(stage.label());
                }
              });
    }
  }
}
