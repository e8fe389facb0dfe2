package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real sweep is run again trial by trial; then it is changed on purpose, and that is found. */
@Tag("slow")
class VerifyTest {
  private static final String LONGEST = "resnet18-w0.0625-s0.5-flat-ft2-k4-seed1";

  @TempDir private static Path shared = Path.of("");
  @TempDir private Path folder = Path.of("");
  private Path out = Path.of("");

  @BeforeAll
  static void runTheSweep() throws IOException {
    Said run =
        Said.by(
            "run",
            TinySweep.config(shared, 1, "0.01"),
            "--out",
            shared.resolve("out"),
            "--set",
            "grid.sparsity=0.5",
            "--set",
            "grid.fine-tune-epochs=[1,2]",
            "--set",
            "checkpoints=all",
            "--tracking-uri",
            "none");
    assertEquals(Main.DONE, run.code(), run.err());
  }

  @BeforeEach
  void copyIt() throws IOException {
    out = folder.resolve("out");
    try (Stream<Path> paths = Files.walk(shared.resolve("out"))) {
      for (Path path : paths.toList()) {
        Files.copy(path, out.resolve(shared.resolve("out").relativize(path).toString()));
      }
    }
  }

  @Test
  void whatNobodyChangedIsEqualAndNothingIsWritten() throws IOException {
    List<String> before = Said.files(out);
    Said verify = Said.by("verify", out, "--trials", 99, "--seed", 7);
    assertEquals(Main.DONE, verify.code(), verify.out() + verify.err());
    assertTrue(verify.out().startsWith("Verifying 4 of 4 completed trials"), verify.out());
    assertEquals(4, verify.out().lines().filter(line -> line.startsWith("equal ")).count());
    // Of the longest: 4 networks, and the updater of fine-tuning.
    assertTrue(verify.out().contains(LONGEST + ": 4 stages, 5 files, "), verify.out());
    Matcher metrics = Pattern.compile(LONGEST + ": .* (\\d+) metrics").matcher(verify.out());
    assertTrue(metrics.find() && Integer.parseInt(metrics.group(1)) > 100, verify.out());
    assertTrue(
        verify.out().contains("Equal bits are guaranteed for the same engine and instruction set"));
    assertEquals(before, Said.files(out));
  }

  @Test
  void oneSeedPicksTheSameTrialsAndAnotherSeedOthers() {
    List<String> picked = new ArrayList<>();
    for (int seed : List.of(1, 1, 2, 3, 4)) {
      Said verify = Said.by("verify", out, "--trials", 1, "--seed", seed);
      assertEquals(Main.DONE, verify.code(), verify.out() + verify.err());
      picked.add(verify.out().lines().filter(l -> l.startsWith("equal ")).toList().toString());
    }
    assertEquals(picked.get(0), picked.get(1));
    assertTrue(picked.stream().distinct().count() > 1, "" + picked);
  }

  @Test
  void trialsMayBeNamedByNumberOrName() throws IOException {
    String name = TinySweep.results(out).get(0).get("name").asText();
    Said verify = Said.by("verify", out, LONGEST, name, LONGEST);
    assertEquals(Main.DONE, verify.code(), verify.out() + verify.err());
    assertTrue(
        verify.out().startsWith("Verifying 2 of 4 completed trials of " + out + "\n"),
        verify.out());
    Said first = Said.by("verify", out, 1);
    assertEquals(1, first.out().lines().filter(line -> line.startsWith("equal ")).count());
    assertRefused(
        "TRIAL: must be the name of a completed trial or its number, up to 4, found 5", out, 5);
  }

  @Test
  void aChangedCheckpointIsFound() throws IOException {
    JsonNode pruned = stage("prune");
    Path network = network(pruned);
    byte[] content = Files.readAllBytes(network);
    content[content.length / 2] ^= 1;
    Files.write(network, content);
    Said verify = differs();
    String brief = pruned.get("stage").asText().substring(0, 12);
    assertTrue(
        verify
            .out()
            .contains("SHA-256 of " + brief + ".../" + network.getFileName() + " in the store: "),
        verify.out());
    assertTrue(verify.out().contains(", now " + sha256(pruned, "network")), verify.out());
    assertTrue(verify.out().contains("  first in prune resnet18 w=0.0625 s=0.5 flat:"));
    assertFalse(verify.out().contains("first in train"));
  }

  @Test
  void aMetricThatWasChangedInBothJournalsIsFound() throws IOException {
    Pattern loss = Pattern.compile("\"val/loss\":[0-9.]+");
    for (String journal : List.of("stages.jsonl", "results.jsonl")) {
      change(out.resolve(journal), line -> loss.matcher(line).replaceFirst("\"val/loss\":0.5"));
    }
    Said verify = differs();
    assertTrue(verify.out().contains("val/loss in the journal: 0.5, now "), verify.out());
  }

  @Test
  void aChangedCurveIsFoundWithItsEpoch() throws IOException {
    Pattern loss = Pattern.compile("\"train/loss\":([0-9.]+)");
    change(
        out.resolve("stages.jsonl"), line -> loss.matcher(line).replaceFirst("\"train/loss\":1$1"));
    Said verify = differs();
    assertTrue(verify.out().contains("train/loss of epoch 1 in the journal: "), verify.out());
  }

  @Test
  void aCheckpointThatRetentionRemovedIsComparedByTheJournalAndThatIsSaid() throws IOException {
    Path pruned = network(stage("prune")).resolveSibling("result.json");
    Files.delete(pruned);
    Said verify = Said.by("verify", out, "--trials", 4, "--seed", 7);
    assertEquals(Main.DONE, verify.code(), verify.out() + verify.err());
    assertTrue(
        verify
            .out()
            .contains(
                "  checkpoint removed, compared only with the journal: prune resnet18 w=0.0625 s=0.5 flat"),
        verify.out());
    assertTrue(verify.out().contains(LONGEST + ": 4 stages, 4 files, "), verify.out());
  }

  @Test
  void anotherInstructionSetIsRefusedBeforeAnythingRuns() throws IOException {
    Pattern set = Pattern.compile("\"instructionSet\":\"[^\"]+\"");
    change(
        out.resolve("stages.jsonl"),
        line -> set.matcher(line).replaceFirst("\"instructionSet\":\"altivec\""));
    Said verify = Said.by("verify", out, "--trials", 1);
    assertEquals(Main.USAGE, verify.code(), verify.out());
    assertEquals("", verify.out());
    assertTrue(
        verify.err().contains("the trials ran on onednn-6 on altivec, this is "), verify.err());
    Said allowed = Said.by("verify", out, "--trials", 1, "--allow-mixed");
    assertEquals(Main.DONE, allowed.code(), allowed.out() + allowed.err());
  }

  @Test
  void whatCannotBeVerifiedIsRefused() throws IOException {
    assertRefused("--trials: must be at least 1, found 0", out, "--trials", 0);
    assertRefused("--slots: must be at least 1, found 0", out, "--trials", 1, "--slots", 0);
    assertRefused(
        folder
            + ": must be the folder of a sweep, found no spec.yaml in it; give the --out of a run",
        folder,
        "--trials",
        1);
    change(out.resolve("spec.yaml"), line -> line.replace("batch: 32", "batch: 16"));
    Said other = Said.by("verify", out, "--trials", 1);
    assertEquals(Main.USAGE, other.code(), other.err());
    assertTrue(
        other
            .err()
            .startsWith(
                out
                    + ": must have been planned from the same data by this version of espalier, found other stages; verify it with the data and the version that ran it\n  stage train resnet18 "),
        other.err());
    assertTrue(other.err().contains(" batch 16, "), other.err());
    change(out.resolve("spec.yaml"), line -> line.replace("size: 12", "size: 16"));
    Said data = Said.by("verify", out, "--trials", 1);
    assertEquals(Main.USAGE, data.code(), data.err());
    assertTrue(
        data.err()
            .startsWith("--data: must hold the images that the sweep ran on, shapes of digest"),
        data.err());
    Files.write(out.resolve("results.jsonl"), new byte[0]);
    Files.copy(
        shared.resolve("out/spec.yaml"),
        out.resolve("spec.yaml"),
        StandardCopyOption.REPLACE_EXISTING);
    assertRefused(
        out + ": must hold a completed trial, found none; run the sweep first", out, "--trials", 1);
  }

  private static void assertRefused(String message, Object... arguments) {
    Object[] words = Stream.concat(Stream.of("verify"), Stream.of(arguments)).toArray();
    Said said = Said.by(words);
    assertEquals(message + "\n", said.err());
    assertEquals(Main.USAGE, said.code());
  }

  /** All trials; each goes through the stage that was changed, or one of them does. */
  private Said differs() {
    Said verify = Said.by("verify", out, "--trials", 4, "--seed", 7);
    assertEquals(Main.TRIALS_FAILED, verify.code(), verify.out() + verify.err());
    assertTrue(verify.out().contains("\nDIFFERS  "), verify.out());
    assertTrue(verify.out().contains("There is a difference"), verify.out());
    return verify;
  }

  private static void change(Path file, UnaryOperator<String> line) throws IOException {
    List<String> before = Files.readAllLines(file);
    List<String> after = before.stream().map(line).toList();
    assertFalse(after.equals(before), "nothing was changed");
    Files.write(file, after);
  }

  private JsonNode stage(String kind) throws IOException {
    JsonNode plan = new ObjectMapper().readTree(out.resolve("plan.json").toFile());
    for (JsonNode stage : plan.get("stages")) {
      if (stage.get("label").asText().startsWith(kind + " ")) {
        for (JsonNode line : TinySweep.lines(out.resolve("stages.jsonl"))) {
          if (line.get("stage").equals(stage.get("id"))) {
            return line;
          }
        }
      }
    }
    throw new AssertionError("no stage to " + kind);
  }

  private Path network(JsonNode stage) {
    return out.resolve("stages")
        .resolve(stage.get("stage").asText())
        .resolve(stage.get("files").get("network").get("name").asText());
  }

  private static String sha256(JsonNode stage, String role) {
    return stage.get("files").get(role).get("sha256").asText();
  }
}
