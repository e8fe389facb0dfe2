package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Latency of a real sweep, in a folder and at an address. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MeasureTest {
  private static final String LATENCY = "latency/batch1_seconds";

  /** As it stands among the metrics of the report's data. */
  private static final String QUOTED = "\"" + LATENCY + "\",";

  private Path folder = Path.of("");
  private Path config = Path.of("");
  private Path out = Path.of("");

  @BeforeAll
  void runTheSweep(@TempDir Path temporary) throws IOException {
    folder = temporary;
    config = TinySweep.config(folder, 1, "0.01");
    out = folder.resolve("out");
    run(out.toString());
  }

  @Test
  @Tag("slow")
  void timesTheFrontWhichMayThenBeThatOfLatency() throws IOException {
    assertTimesTheFront(out, out.toString());
  }

  @Test
  @Tag("slow")
  void timesASweepAtAnAddressAndPicksFromItToo() throws IOException {
    Path there = folder.resolve("there");
    String address = "file:" + there;
    run(address);
    assertTimesTheFront(there, address);
    Path model = folder.resolve("model");
    Said pick = Said.by("pick", address, "--knee", "--export", model);
    assertEquals(Main.DONE, pick.code(), pick.err());
    assertTrue(Files.exists(model.resolve("model.onnx")));
  }

  private static void assertTimesTheFront(Path root, String address) throws IOException {
    Files.deleteIfExists(root.resolve("latency.jsonl"));
    Said none = Said.by("front", address, "--minimize", LATENCY);
    assertTrue(none.out().contains("not measured: 8 trials"), none.out() + none.err());

    Said said = Said.by("measure", address, "--seconds", "0.02");
    assertEquals(Main.DONE, said.code(), said.err());
    List<JsonNode> lines = TinySweep.lines(root.resolve("latency.jsonl"));
    Said front = Said.by("front", address, "--json");
    assertEquals(
        front.out().lines().map(MeasureTest::trial).collect(Collectors.toSet()), trials(lines));
    for (JsonNode line : lines) {
      double seconds = line.get("metrics").get(LATENCY).asDouble();
      assertTrue(seconds > 1e-6 && seconds < 1, line.toString());
      assertTrue(line.get("predictions").asInt() >= 20, line.toString());
    }

    Said all = Said.by("measure", address, "--seconds", "0.01", "--trials", "all");
    assertEquals(Main.DONE, all.code(), all.err());
    assertEquals(
        8, TinySweep.lines(root.resolve("latency.jsonl")).size(), "one line for each trial");
    Said fastest = Said.by("front", address, "--minimize", LATENCY);
    assertEquals(Main.DONE, fastest.code(), fastest.err());
    assertEquals(1, fastest.out().lines().filter(l -> l.matches("\\d+  resnet18-.*")).count());
    assertTrue(fastest.out().contains(LATENCY), fastest.out());
    assertFalse(Files.readString(root.resolve("report.html")).contains(QUOTED), "not yet measured");
    assertEquals(Main.DONE, Said.by("report", address).code());
    assertTrue(Files.readString(root.resolve("report.html")).contains(QUOTED));
  }

  @Test
  @Tag("slow")
  void whatWasMeasuredElsewhereIsNotCompared() throws IOException {
    assertEquals(Main.DONE, Said.by("measure", out, "--seconds", "0.01", "--trials", "all").code());
    Path file = out.resolve("latency.jsonl");
    List<String> lines = Files.readAllLines(file);
    lines.set(3, lines.get(3).replaceFirst("\"machine\":\"[^\"]*\"", "\"machine\":\"Abacus\""));
    Files.write(file, lines);
    Said said = Said.by("front", out, "--minimize", LATENCY);
    assertEquals(Main.USAGE, said.code(), said.out());
    assertTrue(said.err().contains("must be of one machine and engine to be compared"), said.err());
    assertTrue(said.err().contains("Abacus"), said.err());

    Files.writeString(file, "{\n");
    Said torn = Said.by("front", out, "--minimize", LATENCY);
    assertEquals(Main.USAGE, torn.code(), torn.out());
    assertTrue(
        torn.err().startsWith(file + ":1: must be a line of `espalier measure`"), torn.err());
    Files.delete(file);
  }

  @Test
  void trialsMayBeNamedByNumberOrName() throws IOException {
    String name = TinySweep.results(out).get(0).get("name").asText();
    Said said = Said.by("measure", out, "--seconds", "0.01", 8, name);
    assertEquals(Main.DONE, said.code(), said.err());
    List<String> timed = said.out().lines().filter(line -> line.contains(" ms  (")).toList();
    assertEquals(2, timed.size(), said.out());
    assertTrue(timed.get(1).endsWith("  " + name), said.out());
    Files.delete(out.resolve("latency.jsonl"));
  }

  @Test
  void badOptionsAreRefused() {
    Said which = Said.by("measure", out, "--trials", "everything");
    assertEquals(Main.USAGE, which.code(), which.out());
    assertTrue(which.err().startsWith("--trials: must be front, all or the name"), which.err());
    Said both = Said.by("measure", out, "1", "--trials", "all");
    assertEquals(Main.USAGE, both.code(), both.out());
    Said seconds = Said.by("measure", out, "--seconds", "0");
    assertEquals(Main.USAGE, seconds.code(), seconds.out());
    assertTrue(seconds.err().startsWith("--seconds: must be in (0, 3600]"), seconds.err());
  }

  @Test
  @Tag("slow")
  void aConfigThatAsksForItMakesTheRunEndWithIt() throws IOException {
    Path there = folder.resolve("asked");
    String[] run = {
      "run",
      config.toString(),
      "--out",
      there.toString(),
      "--tracking-uri",
      "none",
      "--set",
      "objectives.minimize=" + LATENCY
    };
    Said first = Said.by((Object[]) run);
    assertEquals(Main.DONE, first.code(), first.err());
    assertTrue(first.out().contains("Timing 8 of 8 completed trials"), first.out());
    String lines = Files.readString(there.resolve("latency.jsonl"));
    assertEquals(8, lines.lines().count());
    assertTrue(Files.readString(there.resolve("front.csv")).contains(LATENCY));
    assertTrue(Files.readString(there.resolve("report.html")).contains(QUOTED));
    assertFalse(Files.readString(there.resolve("results.jsonl")).contains(LATENCY));
    Said front = Said.by("front", there);
    assertTrue(front.out().contains(LATENCY), front.out() + front.err());
    assertFalse(front.out().contains("left out"), front.out());

    Said again = Said.by((Object[]) run);
    assertEquals(Main.DONE, again.code(), again.err());
    assertFalse(again.out().contains("Timing"), "all of them were measured here");
    assertEquals(lines, Files.readString(there.resolve("latency.jsonl")));
    Said verify = Said.by("verify", there, "--trials", "1");
    assertEquals(Main.DONE, verify.code(), verify.out() + verify.err());
  }

  private void run(String address) {
    Said run = Said.by("run", config, "--out", address, "--tracking-uri", "none");
    assertEquals(Main.DONE, run.code(), run.err());
  }

  private static Set<String> trials(List<JsonNode> lines) {
    return lines.stream().map(line -> line.get("trial").asText()).collect(Collectors.toSet());
  }

  private static String trial(String line) {
    return line.replaceFirst(".*\"trial\":\"([0-9a-f]+)\".*", "$1");
  }
}
