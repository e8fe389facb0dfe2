package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.stage.StageRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real sweep, carried out bit by bit in the order of a budget. */
@Timeout(300)
class BudgetedSweepTest {
  private static final String GRID = "sparsity: [0, 0.3, 0.5, 0.7, 0.9]";
  @TempDir private Path folder = Path.of("");

  @Test
  void goesOnWhereItStoppedAndHasTheBitsOfASweepAtOnce() throws IOException {
    TinySweep atOnce = TinySweep.in(folder.resolve("at-once"));
    atOnce.run(GRID);

    TinySweep budgeted = TinySweep.in(folder.resolve("budgeted"));
    List<String> started = new ArrayList<>();
    List<Integer> left = new ArrayList<>();
    for (Duration budget :
        List.of(Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofHours(1))) {
      Outcome outcome = budgeted.run(GRID, "[1]", BudgetedSweepTest::oneAtATime, options(budget));
      started.addAll(budgeted.started());
      left.add(outcome.unfinished());
    }
    assertEquals(5, left.get(0));
    assertEquals(0, left.get(3));
    assertEquals(atOnce.bits(), budgeted.bits());
    assertEquals(new HashSet<>(started).size(), started.size(), "what is done is not done again");
    assertEquals(new HashSet<>(atOnce.started()), new HashSet<>(started));
  }

  /** What a front needs first: the corners, and then the middle. */
  @Test
  void beginsWithTheEndsAndTheMiddleOfAnAxis() throws IOException {
    TinySweep sweep = TinySweep.in(folder);
    sweep.run(GRID, "[1]", BudgetedSweepTest::oneAtATime, options(Duration.ofHours(1)));
    List<String> pruned =
        sweep.started().stream().filter(label -> label.startsWith("prune")).toList();
    assertEquals(4, pruned.size(), pruned.toString());
    assertTrue(pruned.get(0).contains("s=0.9"), pruned.toString());
    assertTrue(pruned.get(1).contains("s=0.5"), pruned.toString());
  }

  private static StageExecutor oneAtATime(StageRunner runner) {
    return new InProcessExecutor(1, runner);
  }

  private static Sweep.Options options(Duration budget) {
    return new Sweep.Options(false, false, false, true, stage -> 1, budget, null);
  }
}
