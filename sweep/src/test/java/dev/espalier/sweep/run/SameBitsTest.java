package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.TinySweep.Bits;
import dev.espalier.sweep.spark.SparkExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** However a trial is reached, with real networks: its weights and metrics are the same bits. */
@Tag("slow")
@Timeout(120)
class SameBitsTest {
  private static final String GRID =
      "sparsity: [0.8], scope: [flat], fine-tune-epochs: [0, 1, 3], centroids: [none, 4]";
  private static final String ONE_TRIAL =
      "sparsity: [0.8], scope: [flat], fine-tune-epochs: [3], centroids: [4]";
  private static final String SHORT_TRIAL = ONE_TRIAL.replace("[3]", "[1]");
  private static final String LONGER = GRID.replace("[0, 1, 3]", "[0, 1, 2, 3]");

  @TempDir private static Path shared;
  private static TinySweep first = TinySweep.in(Path.of(""));
  private static Map<String, Bits> expected = Map.of();

  @TempDir private Path folder;

  @BeforeAll
  static void runOnSparkTwoAtATime() throws IOException {
    first = TinySweep.in(shared.resolve("first"));
    Outcome outcome = first.run(GRID, "[1]", runner -> SparkExecutor.local(2, runner));
    expected = first.bits();
    assertEquals(6, outcome.completed().size());
    assertEquals(7, first.started().size(), "train, prune, 2 fine-tunings, 3 clusterings");
  }

  @Test
  void anInsertedEpochRunsOnlyWhatIsNewAndEndsInTheBitsOfAFreshSweep() throws IOException {
    TinySweep extended = first.copy(folder.resolve("extended"));
    extended.run(LONGER);
    assertEquals(2, extended.started().size(), "fine-tuning to epoch 2, its clustering");

    TinySweep fresh = TinySweep.in(folder.resolve("fresh"));
    fresh.run(LONGER);
    assertEquals(9, fresh.started().size());
    assertEquals(8, fresh.bits().size());
    assertEquals(fresh.bits(), extended.bits());
    assertTrue(fresh.bits().entrySet().containsAll(expected.entrySet()));
  }

  @Test
  void oneAtATimeInThreadsIsTwoAtATimeOnSpark() throws IOException {
    TinySweep slow = TinySweep.in(folder);
    slow.run(GRID, "[1]", runner -> new InProcessExecutor(1, runner));
    assertEquals(expected, slow.bits());
  }

  @Test
  void aTrialAloneIsTheTrialOfTheSweep() throws IOException {
    TinySweep alone = TinySweep.in(folder);
    alone.run(ONE_TRIAL);
    assertEquals(4, alone.started().size(), "three epochs in one go: " + alone.started());
    String trial = alone.bits().keySet().iterator().next();
    assertEquals(expected.get(trial), alone.bits().get(trial));
  }

  @Test
  void anotherSeedChangesNothingOfTheFirst() throws IOException {
    TinySweep sweep = TinySweep.in(folder);
    sweep.run(SHORT_TRIAL, "[2, 1]", runner -> new InProcessExecutor(2, runner));
    assertEquals(8, sweep.started().size(), "nothing is shared");
    Map<String, Bits> both = sweep.bits();
    assertEquals(2, both.size());
    assertEquals(1, both.entrySet().stream().filter(expected.entrySet()::contains).count());
    assertEquals(
        2,
        both.values().stream().map(bits -> bits.path().get(0).network()).distinct().count(),
        "a baseline for each seed");
  }

  @Test
  void anotherSparsityLeavesTheOthersAsTheyAreAndOneThatIsRemovedLeavesTheFront()
      throws IOException {
    TinySweep sweep = first.copy(folder.resolve("sparsities"));
    sweep.run(SHORT_TRIAL.replace("[0.8]", "[0.5, 0.8]"));
    assertEquals(3, sweep.started().size(), "prune, fine-tune, cluster: " + sweep.started());
    Map<String, Bits> all = sweep.bits();
    assertEquals(7, all.size());
    assertTrue(all.entrySet().containsAll(expected.entrySet()));

    Outcome fewer = sweep.run(SHORT_TRIAL.replace("[0.8]", "[0.5]"));
    assertEquals(List.of(), sweep.started());
    assertEquals(1, fewer.completed().size());
    assertEquals(all, sweep.bits(), "the journal keeps all");
    List<Point> points = SweepSnapshot.read(new RunDirectory(sweep.out())).front().all();
    assertEquals(
        List.of(fewer.completed().get(0).trial()), points.stream().map(Point::trial).toList());
  }

  @Test
  void withoutPruningBothScopesAreOneTrial() throws IOException {
    TinySweep sweep = first.copy(folder.resolve("dense"));
    Outcome outcome =
        sweep.run("sparsity: [0], scope: [flat, layerwise], fine-tune-epochs: [0], centroids: [4]");
    assertEquals(1, sweep.started().size(), "the baseline was there: " + sweep.started());
    TrialResult trial = outcome.completed().get(0);
    assertEquals(1, outcome.completed().size());
    assertEquals(List.of("flat", "layerwise"), trial.standsFor());
    assertEquals("none", trial.parameters().get("scope"));
  }
}
