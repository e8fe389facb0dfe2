package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder of a sweep that an earlier version ran, checkpoints included. */
class FirstEditionTest {
  @TempDir private Path folder = Path.of("");
  private Path config = Path.of("");
  private Path sweep = Path.of("");

  @BeforeEach
  void unpack() throws IOException {
    config = Files.write(folder.resolve("first-edition.yaml"), resource("first-edition.yaml"));
    sweep = folder.resolve("sweep");
    try (InputStream file = open("first-edition.zip");
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = sweep.resolve(entry.getName());
        if (!entry.isDirectory()) {
          Files.createDirectories(Objects.requireNonNull(target.getParent()));
          Files.copy(zip, target);
        }
      }
    }
  }

  @Test
  void resumesWithoutRunningAStageAndHasTheSameFront() throws IOException {
    String plan = Files.readString(sweep.resolve("plan.json"));
    String stages = Files.readString(sweep.resolve("stages.jsonl"));
    String front = Files.readString(sweep.resolve("front.csv"));

    Said again = run();
    assertEquals(Main.DONE, again.code(), again.err());
    assertTrue(again.out().contains("Nothing to run"), again.out());
    assertTrue(again.out().contains("12 trials completed, 0 failed, 0 left"), again.out());
    assertEquals(plan, Files.readString(sweep.resolve("plan.json")));
    assertEquals(stages, Files.readString(sweep.resolve("stages.jsonl")));
    assertEquals(front, Files.readString(sweep.resolve("front.csv")));
  }

  @Test
  void isExtendedByExactlyWhatIsNew() {
    Said more = run("--allow-mixed", "--set", "grid.centroids=[none,4,8]");
    assertEquals(Main.DONE, more.code(), more.err());
    assertTrue(more.out().contains("6 stages to run"), more.out());
    assertTrue(more.out().contains("18 trials completed, 0 failed, 0 left"), more.out());
  }

  /** Of the new pipeline's stages the pruning, the fine-tuning and the clustering are there. */
  @Test
  void isExtendedByAPipelineThatGoesOnFromCheckpointsOfTheFirstVersion() throws IOException {
    String grid = Files.readString(config);
    String pipelines =
        """
        pipelines:
          grid:
            - prune: {sparsity: [0, 0.9], scope: [flat, layerwise]}
            - fine-tune: {epochs: [0, 1]}
            - cluster: {centroids: [none, 4]}
          on:
            - prune: {sparsity: 0.9}
            - fine-tune: {epochs: 1}
            - cluster: {centroids: 4}
            - fine-tune: {epochs: 1}
        """;
    Files.writeString(config, grid.replaceAll("(?s)grid:.*?objectives", pipelines + "objectives"));
    Said more = run("--allow-mixed");
    assertEquals(Main.DONE, more.code(), more.err());
    assertTrue(more.out().contains("1 stages to run"), more.out());
    assertTrue(more.out().contains("13 trials completed, 0 failed, 0 left"), more.out());
    String last =
        Files.readAllLines(sweep.resolve("results.jsonl")).stream()
            .filter(line -> line.contains("s0.9-flat-ft1-k4-ft1-seed1"))
            .findFirst()
            .orElseThrow();
    assertTrue(last.contains("\"sparsity/achieved\":0.9"), last);
    assertTrue(last.contains("\"values/max\":4}"), last);
  }

  private Said run(Object... options) {
    Object[] words = new Object[6 + options.length];
    Object[] first = {"run", config, "--out", sweep, "--tracking-uri", "none"};
    System.arraycopy(first, 0, words, 0, first.length);
    System.arraycopy(options, 0, words, first.length, options.length);
    return Said.by(words);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream file = open(name)) {
      return file.readAllBytes();
    }
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(FirstEditionTest.class.getResourceAsStream(name), name);
  }
}
