package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.workers.engine.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchTest {
  private static final List<String> KEYS =
      List.of("model", "width", "batch", "threads", "mode", "images_per_second", "engine");
  private static final List<String> SMALL =
      List.of("bench", "--width=0.0625", "--batch=2", "--seconds=0.01", "--model=resnet18");

  @Test
  void writesOneObjectALine() throws IOException {
    Said said = by("--threads=2", "--rounds=2", "--json");
    assertEquals(Main.DONE, said.code(), said.err());
    List<String> lines = said.out().lines().toList();
    assertEquals(2, lines.size(), said.out());
    for (int i = 0; i < 2; i++) {
      JsonNode line = new ObjectMapper().readTree(lines.get(i));
      List<String> keys = new ArrayList<>();
      line.fieldNames().forEachRemaining(keys::add);
      assertEquals(KEYS, keys.subList(0, KEYS.size()));
      assertEquals("resnet18", line.get("model").asText());
      assertEquals(0.0625, line.get("width").asDouble());
      assertEquals(2, line.get("batch").asInt());
      assertEquals(2, line.get("threads").asInt());
      assertEquals(i == 0 ? "train" : "infer", line.get("mode").asText());
      assertTrue(line.get("images_per_second").asDouble() > 0, lines.get(i));
      assertTrue(line.get("images_per_cpu_second").asDouble() > 0, lines.get(i));
      assertTrue(line.get("mean_images_per_second").asDouble() > 0, lines.get(i));
      assertEquals(32, line.get("size").asInt());
      assertEquals(Engine.environment().instructionSet(), line.get("instructions").asText());
      assertEquals("onednn", line.get("engine").asText());
    }
  }

  @Test
  void measuresImagesOfOtherSizes() throws IOException {
    Said large = by("--mode=infer", "--json");
    Said small = by("--mode=infer", "--json", "--size=16");
    assertEquals(Main.DONE, small.code(), small.err());
    JsonNode line = new ObjectMapper().readTree(small.out());
    assertEquals(16, line.get("size").asInt());
    // Half the side makes a quarter of the multiplications of convolutions; those of the classifier
    // stay.
    double quarter = new ObjectMapper().readTree(large.out()).get("macs").asDouble() / 4;
    assertEquals(quarter, line.get("macs").asDouble(), 0.01 * quarter);
  }

  @Test
  void writesATableForPeople() {
    Said said = by("--mode=infer");
    assertEquals(Main.DONE, said.code(), said.err());
    List<String> lines = said.out().lines().toList();
    assertEquals("engine: " + Engine.describe(), lines.get(0));
    assertTrue(lines.get(1).startsWith("model         width  batch  threads   mode   images/s"));
    assertTrue(
        lines.get(2).matches("resnet18 +0\\.0625 +2 +1 +infer +[0-9.]+ +[0-9.]+"), lines.get(2));
  }

  @Test
  void measuresTheCellsOfTheDocumentsWithoutOptions() throws UsageException {
    assertEquals(
        List.of(
            "resnet18 0.25 64 TRAIN",
            "resnet18 0.25 64 INFER",
            "resnet18 1.0 32 TRAIN",
            "resnet18 1.0 32 INFER",
            "mobilenetv2 0.35 64 TRAIN",
            "mobilenetv2 0.35 64 INFER",
            "mobilenetv2 1.0 32 TRAIN",
            "mobilenetv2 1.0 32 INFER"),
        cells());
    assertEquals(
        List.of("mnist-cnn 0.5 64 TRAIN", "mnist-cnn 1 64 TRAIN"),
        cells("--model=mnist-cnn", "--width=0.5,1", "--mode=train"));
    assertEquals(
        List.of("resnet18 0.25 8 INFER", "resnet18 1.0 8 INFER"),
        cells("--model=resnet18", "--batch=8", "--mode=infer"));
  }

  /** The engine is chosen once in a process, so this one takes a process of its own. */
  @Test
  void saysWhyItIsNotTheFastEngine() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-D" + Engine.PROPERTY + "=nd4j"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(SMALL);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(Main.DONE, process.waitFor(), said);
    assertEquals(
        "engine: nd4j 1.0.0-M2.1, because the system property espalier.engine asks for it",
        said.lines().findFirst().orElse(""));
    assertEquals(4, said.lines().count(), said);
  }

  @Test
  void theListOfModelsNamesTheEngineToo() {
    assertTrue(Said.by("models").out().endsWith("\nengine: " + Engine.describe() + "\n"));
  }

  private static Said by(String... more) {
    List<Object> words = new ArrayList<>(SMALL);
    words.addAll(List.of(more));
    return Said.by(words.toArray());
  }

  private static List<String> cells(String... options) throws UsageException {
    BenchCells cells = new BenchCells();
    new CommandLine(cells).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(options);
    return cells.cells().stream()
        .map(cell -> cell.model() + " " + cell.width() + " " + cell.batch() + " " + cell.mode())
        .toList();
  }
}
