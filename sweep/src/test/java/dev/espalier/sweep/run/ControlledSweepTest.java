package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.results.SweepSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sweep that is extended by controls, and then asks for one of them. */
@Timeout(120)
class ControlledSweepTest {
  private static final String GRID = "sparsity: [0, 0.5], fine-tune-epochs: [0, 1]";

  @TempDir private Path folder = Path.of("");

  @Test
  void onlyControlsAreRunAnewAndTheFrontStaysAsItWas() throws IOException {
    TinySweep sweep = TinySweep.in(folder);
    assertEquals(4, sweep.run(GRID).completed().size());
    Front before = read().front();

    Outcome controlled = run(sweep, GRID, "controls: true");
    assertEquals(4 + 2 + 1, controlled.completed().size());
    assertEquals(
        List.of(
            "prune resnet18 w=0.0625 s=0.5 flat random",
            "fine-tune resnet18 w=0.0625 s=0.5 flat random epoch 1",
            "train resnet18 w=0.04 epoch 1"),
        sweep.started().stream().sorted((a, b) -> order(a) - order(b)).toList());
    SweepSnapshot now = read();
    assertEquals(names(before), names(now.front()));
    assertEquals(
        List.of(Control.RANDOM, Control.RANDOM, Control.WIDTH),
        now.front().controls().stream().map(Point::control).toList());
    String journal = Files.readString(folder.resolve("results.jsonl"));
    assertEquals(3, journal.lines().filter(line -> line.contains("\"control\":")).count());
    for (TrialResult trial : now.trials()) {
      assertEquals(trial, TrialResult.read(trial.write()));
    }

    // What is asked for from now on is no control, though the journal knows it as one.
    run(
        sweep,
        GRID,
        "controls: true\ninclude: {sparsity: 0.5, criterion: random, fine-tune-epochs: 1}");
    assertEquals(List.of(), sweep.started());
    assertEquals(journal, Files.readString(folder.resolve("results.jsonl")));
    assertEquals(
        List.of(Control.RANDOM, Control.WIDTH),
        read().front().controls().stream().map(Point::control).toList());
    assertEquals(5, read().front().all().size());

    run(sweep, GRID, "controls: false");
    assertEquals(names(before), names(read().front()));
    assertEquals(List.of(), read().front().controls());
  }

  private SweepSnapshot read() throws IOException {
    return SweepSnapshot.read(new RunDirectory(folder));
  }

  /** On the front, and off it. */
  private static List<List<String>> names(Front front) {
    return List.of(
        front.points().stream().map(Point::name).toList(),
        front.dominated().stream().map(Point::name).toList());
  }

  private static int order(String label) {
    return List.of("prune", "fine-tune", "train").indexOf(label.split(" ", 2)[0]);
  }

  private static Outcome run(TinySweep sweep, String grid, String more) throws IOException {
    Outcome outcome = sweep.run(grid, "[1]\n" + more, runner -> new InProcessExecutor(2, runner));
    assertTrue(outcome.trials().stream().allMatch(TrialResult::completed));
    return outcome;
  }
}
