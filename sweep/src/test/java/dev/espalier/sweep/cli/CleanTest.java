package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sweeps whose checkpoints go and come again. */
@Tag("slow")
class CleanTest {
  private static final Pattern REMOVED = Pattern.compile("(?m)^(would remove|removed) ([0-9,]+) ");

  @TempDir private Path folder = Path.of("");

  @Test
  void cleanTakesAwayWhatNothingNeedsAndTheSweepGoesOn() throws IOException {
    Path config = TinySweep.config(folder, 1, "0.01");
    Path out = folder.resolve("out");
    run(config, out, "[0,1,2]", "all");
    run(config, out, "[0,2]", "continuable");
    Path stray = leaveAFileOfTheDead(out);
    List<String> before = Said.files(out);
    long bytesBefore = bytes(out.resolve("stages"));

    Said dry = Said.by("clean", out, "--dry-run");
    assertEquals(Main.DONE, dry.code(), dry.err());
    assertEquals(before, Said.files(out), "nothing is removed");
    Said clean = Said.by("clean", out);
    assertEquals(Main.DONE, clean.code(), clean.err());
    assertEquals(clean.out().replace("removed ", "would remove "), dry.out());
    for (String line :
        List.of(
            " 1.00 kB  fine-tune resnet18 w=0.0625 s=0.5 flat epoch 1-2: file of a dead process, "
                + stray.getFileName(),
            "epoch 1-2: updater state from which no planned stage continues",
            ": checkpoint that no sweep needs",
            "; 3 checkpoints stay, ")) {
      assertTrue(clean.out().contains(line), line + " in " + clean.out());
    }
    long removed = removed(clean);
    assertTrue(removed > 100_000, "a network and two updaters: " + removed);
    // The result of the stage whose updater went is shorter, too.
    long bytesAfter = bytes(out.resolve("stages"));
    assertTrue(bytesBefore - bytesAfter >= removed, bytesAfter + " of " + bytesBefore);
    assertEquals(0, removed(Said.by("clean", out)), "again is nothing");

    run(config, out, "[0,1,2,3]", "continuable");
    Path fresh = folder.resolve("fresh");
    run(config, fresh, "[0,1,2,3]", "continuable");
    assertEquals(TinySweep.sameResults(fresh), TinySweep.sameResults(out));
  }

  @Test
  void frontKeepsTheNetworksOnTheFrontAndTheRestComesAgain() throws IOException {
    Path config = TinySweep.config(folder, 1, "0.01");
    Path out = folder.resolve("out");
    Said run = Said.by("run", config, "--out", out, "--set", "checkpoints=front");
    assertEquals(Main.DONE, run.code(), run.err());
    assertTrue(run.out().contains("checkpoints off the front removed: "), run.out());
    long front = Said.by("front", out, "--csv").out().lines().count() - 1;
    try (Stream<Path> stages = Files.list(out.resolve("stages"))) {
      assertEquals(front, stages.filter(s -> Files.exists(s.resolve("result.json"))).count());
    }
    assertEquals(0, removed(Said.by("clean", out)));

    String more = "grid.sparsity=[0,0.5,0.7]";
    Said extended = Said.by("run", config, "--out", out, "--set", more);
    assertEquals(Main.DONE, extended.code(), extended.err());
    Path fresh = folder.resolve("fresh");
    Said whole = Said.by("run", config, "--out", fresh, "--set", more);
    assertEquals(Main.DONE, whole.code(), whole.err());
    assertEquals(TinySweep.sameResults(fresh), TinySweep.sameResults(out));
  }

  private static void run(Path config, Path out, String epochs, String checkpoints) {
    Said said =
        Said.by(
            "run",
            config,
            "--out",
            out,
            "--set",
            "grid.sparsity=0.5",
            "--set",
            "grid.centroids=none",
            "--set",
            "grid.fine-tune-epochs=" + epochs,
            "--set",
            "checkpoints=" + checkpoints);
    assertEquals(Main.DONE, said.code(), said.err());
  }

  /** Beside the longest fine-tuning, as a process with this one's id had started long ago. */
  private static Path leaveAFileOfTheDead(Path out) throws IOException {
    List<String> fineTuned = new ArrayList<>();
    TinySweep.lines(out.resolve("stages.jsonl"))
        .forEach(
            line -> {
              if (line.get("curve").size() == 2) {
                fineTuned.add(line.get("stage").asText());
              }
            });
    Path stage = out.resolve("stages").resolve(fineTuned.get(0));
    try (Stream<Path> files = Files.list(stage)) {
      String network =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("network-"))
              .findFirst()
              .orElseThrow();
      String dead = network.replaceFirst("-(\\d+)-\\d+-(\\d+)\\.esp", "-$1-1000-$2.esp");
      return Files.write(stage.resolve(dead), new byte[1000]);
    }
  }

  private static long removed(Said said) {
    Matcher matcher = REMOVED.matcher(said.out());
    assertTrue(matcher.find(), said.out() + said.err());
    return Long.parseLong(matcher.group(2).replace(",", ""));
  }

  private static long bytes(Path below) throws IOException {
    long bytes = 0;
    for (String file : Said.files(below)) {
      bytes += Files.isRegularFile(Path.of(file)) ? Files.size(Path.of(file)) : 0;
    }
    return bytes;
  }
}
