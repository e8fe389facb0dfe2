package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configs of studies run: a cut of each, on a few drawn images. */
@Tag("slow")
class StudiesRunTest {
  private static final Path STUDIES = Path.of("../configs/studies");

  @TempDir private Path folder = Path.of("");

  @Test
  void theCnnOnMnistKeepsTheSharesOfItsStudy() throws IOException {
    Map<String, String> found = new TreeMap<>();
    for (JsonNode trial : cut("003-mnist-cnn.yaml")) {
      JsonNode metrics = trial.path("metrics");
      found.put(
          trial.path("name").asText().replace("mnist-cnn-w1-", ""),
          metrics.path("params/total").asLong() + ", " + metrics.path("sparsity/achieved"));
    }
    // Drawn images have 16 x 16 x 3 values: the first kernel is three times that of MNIST, and the
    // dense layer reads 4 x 4 x 64.
    long all = 32 * 28 + 64 * (32 * 9 + 1) + 128 * (4 * 4 * 64 + 1) + 10 * 129;
    // 22 and 44 filters and 89 neurons are left, each with its bias.
    long kept = 22 * 28 + 44 * (22 * 9 + 1) + 89 * (4 * 4 * 44 + 1) + 10 * 90;
    assertEquals(
        Map.of(
            "s0-ft0-seed1", all + ", 0",
            "s0-ft1-seed1", all + ", 0",
            "s0.5-layerwise-ft0-seed1", all + ", 0.5",
            "s0.5-layerwise-ft1-seed1", all + ", 0.5",
            "f0.3-layerwise-l1-floor-keep-ft0-seed1", kept + ", 0",
            "f0.3-layerwise-l1-floor-keep-ft1-seed1", kept + ", 0",
            "f0.3-layerwise-l2-floor-keep-ft0-seed1", kept + ", 0",
            "f0.3-layerwise-activation-floor-keep-ft0-seed1", kept + ", 0",
            "f0.3-layerwise-activation-floor-keep-ft1-seed1", kept + ", 0"),
        found);
  }

  @Test
  void pruningAndClusteringChangeNoFileOfEdgeMarksNetworks() throws IOException {
    for (String config : List.of("000-edgemark-mnist.yaml", "000-edgemark-cifar10.yaml")) {
      Map<String, Long> flash = new TreeMap<>();
      for (JsonNode trial : cut(config)) {
        flash.put(
            trial.path("name").asText(), trial.path("metrics").path("memory/flash_bytes").asLong());
      }
      List<String> networks =
          flash.keySet().stream().filter(name -> name.endsWith("-w1-s0-ft0-seed1")).toList();
      assertEquals(config.contains("mnist") ? 5 : 4, networks.size());
      for (String network : networks) {
        String pruned = network.replace("-s0-ft0", "-s0.5-layerwise-ft0");
        String clustered = network.replace("-ft0", "-ft0-k16");
        String int8 = network.replace("-ft0", "-ft0-int8");
        assertEquals(flash.get(network), flash.get(pruned), pruned);
        assertEquals(flash.get(network), flash.get(clustered), clustered);
        assertNotEquals(flash.get(network), flash.get(int8), int8);
      }
    }
  }

  /** The results of a study of one seed and one epoch, on 256 drawn images. */
  private Iterable<JsonNode> cut(String config) throws IOException {
    Path out = folder.resolve(config);
    Said run =
        Said.by(
            "run",
            STUDIES.resolve(config),
            "--out",
            out,
            "--tracking-uri",
            "none",
            "--set",
            "dataset={name: shapes, train: 256, validation: 64}",
            "--set",
            "baseline.epochs=1",
            "--set",
            "seeds=[1]");
    assertEquals(Main.DONE, run.code(), run.out() + run.err());
    return TinySweep.results(out);
  }
}
