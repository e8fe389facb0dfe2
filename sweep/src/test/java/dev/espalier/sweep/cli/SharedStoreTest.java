package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sweeps that share a store. */
class SharedStoreTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void equalStagesOfTwoSweepsRunOnce() throws IOException {
    Path config = TinySweep.config(folder, 1, "0.01");
    Path store = folder.resolve("store");
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    String smaller = "grid.sparsity=0.5";
    Said one = Said.by("run", config, "--out", first, "--store", store, "--set", smaller);
    assertEquals(Main.DONE, one.code(), one.err());
    assertTrue(
        one.out().startsWith("Sweep tiny in " + first + ", checkpoints in " + store + "\n"),
        one.out());
    assertFalse(Files.exists(first.resolve("stages")));

    Said plan = Said.by("plan", config, "--out", second, "--store", "file://" + store);
    assertTrue(plan.out().contains("store: 5 stages are already there and do not run\n"));
    assertTrue(plan.out().contains(" for the 3 stages left"), plan.out());
    assertFalse(Files.exists(second));

    Said two = Said.by("run", config, "--out", second, "--store", "file://" + store);
    assertEquals(Main.DONE, two.code(), two.err());
    assertTrue(two.out().contains("3 stages to run, 5 taken from the store, "), two.out());
    assertEquals(TinySweep.TRIALS, TinySweep.results(second).size());
    assertTrue(TinySweep.sameResults(second).containsAll(TinySweep.sameResults(first)));

    Said again = Said.by("run", config, "--out", second);
    assertTrue(again.out().contains("Nothing to run: every stage is done."), again.out());
    Said status = Said.by("status", second);
    assertTrue(status.out().startsWith("stages: 8 done, 0 running, 0 failed, 0 left\n"));

    Path third = folder.resolve("third");
    Said all = Said.by("run", config, "--out", third, "--store", store);
    assertTrue(
        all.out().contains("Nothing to run: every stage is done, 8 taken from the store.\n"),
        all.out());
    assertEquals(TinySweep.sameResults(second), TinySweep.sameResults(third));

    Said clean = Said.by("clean", first);
    assertEquals(Main.DONE, clean.code(), clean.err());
    assertEquals(
        """
        needed by tiny in FIRST: 5 checkpoints
        needed by tiny in SECOND: 8 checkpoints
        needed by tiny in THIRD: 8 checkpoints
        """
            .replace("FIRST", first.toString())
            .replace("SECOND", second.toString())
            .replace("THIRD", third.toString())
            .lines()
            .sorted()
            .toList(),
        clean.out().lines().filter(line -> line.startsWith("needed by")).sorted().toList());
    assertTrue(clean.out().contains("removed 0 bytes from " + store + "; 8 checkpoints stay, "));
  }
}
