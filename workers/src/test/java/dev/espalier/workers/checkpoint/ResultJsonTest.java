package dev.espalier.workers.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.exc.StreamReadException;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ResultJsonTest {
  static final StageId ID = new StageId("ab".repeat(32));

  static StageResult.Done done(Map<String, Double> metrics) {
    return new StageResult.Done(
        ID,
        new Metrics(metrics),
        List.of(new EpochMetrics(1, new Metrics(Map.of("train/loss", 2.25)))),
        List.of(
            new LayerRow(
                "conv1",
                "conv",
                List.of(8, 3, 3, 3),
                true,
                216,
                100,
                99,
                4096,
                2048,
                "bitmask",
                9)),
        Map.of("val", "/w==", "test", "AA=="),
        Map.of("weights", new DataFile("weights-1.bin", "00".repeat(32), 12)),
        new Environment("onednn", "avx2", "dnnl 2.5.2", "17.0.15"),
        1.5);
  }

  @Test
  void aResultComesBackAsItWas() {
    StageResult.Done done = done(Map.of("val/accuracy", 0.1234567890123, "params/total", 701466.0));
    assertEquals(done, ResultJson.read(ResultJson.write(done)));
    for (StageResult.Cause cause : StageResult.Cause.values()) {
      var failed = new StageResult.Failed(ID, cause, "two lines\nand a \"quote\"", 0.25);
      String line = ResultJson.write(failed);
      assertFalse(line.contains("\n"), line);
      assertEquals(failed, ResultJson.read(line));
    }
  }

  @Test
  void everyFiniteNumberKeepsItsBits() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 2_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        Metrics read =
            ((StageResult.Done) ResultJson.read(ResultJson.write(done(Map.of("x", value)))))
                .metrics();
        assertEquals(
            Double.doubleToRawLongBits(value),
            Double.doubleToRawLongBits(read.get("x")),
            "" + value);
      }
    }
    assertTrue(1 / metricsOf(-0.0).get("x") < 0, "negative zero");
  }

  @Test
  void numbersThatJsonHasNotAreNullAndReadAsNan() {
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertTrue(ResultJson.write(done(Map.of("x", value))).contains("\"x\":null"));
      assertEquals(new Metrics(Map.of("x", Double.NaN)), metricsOf(value));
    }
  }

  @Test
  void countsAreWrittenWithoutAFraction() {
    String line = ResultJson.write(done(Map.of("macs/dense", 555422720.0)));
    assertTrue(line.contains("\"macs/dense\":555422720,") || line.contains("555422720}"), line);
  }

  @Test
  void unknownFieldsArePassedOver() {
    String line = ResultJson.write(done(Map.of("x", 1.0)));
    String newer =
        line.replace("{\"stage\"", "{\"colour\":[1],\"stage\"")
            .replace("\"engine\"", "\"gpu\":1,\"engine\"");
    assertEquals(ResultJson.read(line), ResultJson.read(newer));
  }

  @Test
  void noPrefixOfALineIsALine() {
    String line = ResultJson.write(done(Map.of("x", 1.0)));
    for (int length = 0; length < line.length(); length++) {
      String torn = line.substring(0, length);
      assertThrows(IllegalArgumentException.class, () -> ResultJson.read(torn), torn);
    }
    assertThrows(IllegalArgumentException.class, () -> ResultJson.read(line + line));
    assertThrows(
        IllegalArgumentException.class, () -> ResultJson.read(line.replace("\"jdk\"", "\"jdq\"")));
  }

  /** What a crash leaves of a line is dropped, and what is whole and wrong is refused. */
  @Test
  void thePartOfAWrongLineIsAPart() {
    String wrong = ResultJson.write(done(Map.of("x", 1.0))).replace(ID.hex(), "no id");
    for (String text : List.of(wrong, wrong.replace("[8,3,3,3]", "8"))) {
      String torn = text.substring(0, text.length() - 1);
      assertInstanceOf(StreamReadException.class, problem(torn).getCause());
      assertFalse(problem(text).getCause() instanceof StreamReadException, text);
    }
    assertEquals("a stage id must be 64 hex digits, found no id", problem(wrong).getMessage());
    assertEquals("no files", problem(wrong("\"files\"", "\"filed\"")).getMessage());
    assertEquals("no status", problem(wrong("\"status\"", "\"state\"")).getMessage());
    assertEquals(
        "curve must be an array, found 7",
        problem("{\"curve\":7,\"stage\":\"\",\"status\":\"\",\"seconds\":0}").getMessage());
  }

  private static String wrong(String field, String other) {
    return ResultJson.write(done(Map.of("x", 1.0))).replace(field, other);
  }

  private static IllegalArgumentException problem(String text) {
    return assertThrows(IllegalArgumentException.class, () -> ResultJson.read(text), text);
  }

  @Test
  void fieldsMayStandInAnyOrder() {
    StageResult.Done done = done(Map.of("x", 1.0));
    String line = ResultJson.write(done);
    int metrics = line.indexOf("\"metrics\"");
    String turned =
        "{%s,%s}"
            .formatted(line.substring(metrics, line.length() - 1), line.substring(1, metrics - 1));
    assertEquals(done, ResultJson.read(turned));
  }

  @Test
  void linesShareTheNamesOfTheirLayers() {
    String line = ResultJson.write(done(Map.of("x", 1.0)));
    LayerRow one = ((StageResult.Done) ResultJson.read(line)).layers().get(0);
    LayerRow two = ((StageResult.Done) ResultJson.read(line)).layers().get(0);
    assertSame(one.name(), two.name());
    assertSame(one.shape(), two.shape());
  }

  private static Metrics metricsOf(double value) {
    return ((StageResult.Done) ResultJson.read(ResultJson.write(done(Map.of("x", value)))))
        .metrics();
  }

  /** A result may come from a foreign store, and what it names is read and deleted. */
  @Test
  void refusesFilesOutsideOfTheStagesFolder() {
    for (String name : List.of("../../notes", "/etc/passwd", "..", ".", "", "a\\\\b")) {
      String line = ResultJson.write(done(Map.of())).replace("weights-1.bin", name);
      assertThrows(IllegalArgumentException.class, () -> ResultJson.read(line), name);
    }
    String line = ResultJson.write(done(Map.of())).replace("\"bytes\":12", "\"bytes\":-1");
    assertThrows(IllegalArgumentException.class, () -> ResultJson.read(line));
  }
}
