package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.workers.facts.StageId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real sweep whose files are torn, spoilt or missing: it is said which, and what to do. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedFolderTest {
  private static final List<String> READERS = List.of("status", "front", "report", "clean");

  private Path out = Path.of("");
  private Path config = Path.of("");
  private Path spoilt = Path.of("");
  private byte[] whole = {};

  @BeforeAll
  void oneSweep(@TempDir Path folder) throws IOException {
    config = TinySweep.config(folder, 1, "0.01");
    out = folder.resolve("out");
    Said run = run();
    assertEquals(Main.DONE, run.code(), run.err());
  }

  @AfterEach
  void mend() throws IOException {
    if (whole.length > 0) {
      Files.write(spoilt, whole);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"spec.yaml", "plan.json", "sweep.json", "reference.json", "stages.jsonl"})
  void aTornFileIsNamedWhereverItIsTorn(String name) throws IOException {
    take(out.resolve(name));
    List<byte[]> contents = new ArrayList<>();
    for (int bytes : new int[] {1, whole.length / 3, whole.length - 3}) {
      contents.add(Arrays.copyOf(whole, bytes));
    }
    if (name.endsWith(".json")) {
      contents.add("null".getBytes(StandardCharsets.US_ASCII));
      contents.add("{}".getBytes(StandardCharsets.US_ASCII));
      contents.add("[{}]".getBytes(StandardCharsets.US_ASCII));
    }
    contents.add(new byte[whole.length]);
    for (byte[] content : contents) {
      Files.write(spoilt, content);
      for (String command : READERS) {
        assertMendable(name, command, Said.by(command, out));
      }
      assertMendable(name, "run", run());
      Files.write(spoilt, content);
    }
  }

  /** Either it is not needed, or it is named with what to do. */
  private void assertMendable(String name, String command, Said said) {
    assertTrue(said.code() == Main.DONE || said.code() == Main.USAGE, command + said.err());
    if (said.code() == Main.USAGE) {
      assertTrue(said.err().contains(name), command + ": " + said.err());
      assertTrue(
          said.err().contains("remove it") || said.err().contains("run it again"),
          command + ": " + said.err());
    }
  }

  @Test
  void aSweepWithoutAKeySaysWhatToDo() throws IOException {
    take(out.resolve("sweep.json"));
    Files.write(spoilt, Arrays.copyOf(whole, whole.length / 2));
    for (Said said :
        List.of(Said.by("clean", out), run(), Said.by("track", out, "--to", "embedded"))) {
      assertEquals(Main.USAGE, said.code(), said.err());
      assertTrue(
          said.err().startsWith(spoilt + ": must be what the sweep is known by, found "),
          said.err());
      assertTrue(said.err().contains("; restore it from a copy, or remove it: "), said.err());
    }
  }

  @Test
  void anEmptyStoreIsNotThisFolder() throws IOException {
    Path store = Files.writeString(out.resolve("store.txt"), "\n");
    try {
      Said said = run();
      assertEquals(Main.USAGE, said.code(), said.err());
      assertTrue(
          said.err().startsWith(store + ": must be the address of a store on one line, found "),
          said.err());
    } finally {
      Files.delete(store);
    }
  }

  @Test
  void aDamagedCheckpointIsNotCalledRemoved() throws IOException {
    JsonNode trial = TinySweep.results(out).get(0);
    Path stage = out.resolve("stages").resolve(trial.get("trial").asText());
    for (JsonNode line : TinySweep.lines(out.resolve("stages.jsonl"))) {
      if (line.get("stage").equals(trial.get("trial"))) {
        take(stage.resolve(line.at("/files/network/name").asText()));
      }
    }
    byte[] content = whole.clone();
    content[content.length / 2] ^= 1;
    Files.write(spoilt, content);
    Said damaged = Said.by("measure", out, "--trials", trial.get("name").asText());
    assertEquals(Main.TRIALS_FAILED, damaged.code(), damaged.err());
    assertTrue(
        damaged
            .out()
            .contains(
                "the checkpoint of %s is damaged: %s: must be %d bytes of SHA-256 %s, found %d bytes of SHA-256 %s\n"
                    .formatted(
                        trial.get("name").asText(),
                        spoilt,
                        whole.length,
                        StageId.sha256(whole),
                        content.length,
                        StageId.sha256(content))),
        damaged.out());
    assertFalse(damaged.out().contains("removed"), damaged.out());
    Files.delete(spoilt);
    Said gone = Said.by("measure", out, "--trials", trial.get("name").asText());
    assertTrue(gone.out().contains(", found no such file\n"), gone.out());
  }

  @Test
  void frontAndPickSayHowManyTrialsAreMissing() throws IOException {
    take(out.resolve("results.jsonl"));
    List<String> lines = new ArrayList<>(Files.readAllLines(spoilt));
    assertEquals("", Said.by("front", out).err());
    lines.subList(0, 3).clear();
    Files.write(spoilt, lines);
    String missing = "missing: of 8 trials 3 not finished\n";
    assertEquals(missing, Said.by("front", out).err());
    Said csv = Said.by("front", out, "--csv");
    assertEquals(missing, csv.err());
    assertFalse(csv.out().contains("missing"), csv.out());
    assertTrue(Said.by("pick", out, "--knee").out().contains("\n" + missing));
  }

  @Test
  void aMetricThatIsNoneHasItsFamilyNamed() {
    Said said = Said.by("front", out, "--minimize", "size/nothing");
    assertEquals(Main.USAGE, said.code(), said.err());
    assertTrue(
        said.err()
            .endsWith("found size/nothing; did you mean size/zip_bytes or size/int8_bytes?\n"),
        said.err());
    Said set = Said.by("run", config, "--out", out, "--set", "objectives.minimize=size/nothing");
    assertTrue(
        set.err().endsWith("found size/nothing; did you mean size/zip_bytes or size/int8_bytes?\n"),
        set.err());
  }

  private void take(Path file) throws IOException {
    spoilt = file;
    whole = Files.readAllBytes(file);
  }

  private Said run() {
    return Said.by("run", config, "--out", out);
  }
}
