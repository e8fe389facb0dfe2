package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  @Test
  void filtersMakeTheResNetNarrowerAndWeightsDoNot() throws IOException {
    Map<String, JsonNode> found = metrics(cut("001-resnet18-cifar10.yaml"), "resnet18-w0.25-");
    assertEquals(34, found.size());
    JsonNode original = of(found, "s0-ft0");
    for (String rate : List.of("0.3", "0.5", "0.7")) {
      JsonNode weights = of(found, "s" + rate + "-flat-ft1");
      JsonNode filters = of(found, "f" + rate + "-layerwise-l1-ft1");
      JsonNode random = of(found, "f" + rate + "-layerwise-random-ft1");
      for (String count : List.of("params/total", "macs/dense")) {
        assertEquals(original.path(count), weights.path(count), rate);
        assertEquals(filters.path(count), random.path(count), rate);
        assertTrue(filters.path(count).asLong() < original.path(count).asLong(), rate);
      }
      assertEquals(
          Double.parseDouble(rate), weights.path("sparsity/achieved").asDouble(), 1e-5, rate);
    }
  }

  @Test
  void theHeadOfTheFullMobileNetIsReplacedAndPrunedAlone() throws IOException {
    Map<String, JsonNode> full = metrics(cut("004-mobilenetv2-sizes.yaml"), "mobilenetv2-w1-");
    JsonNode pruned = of(full, "s0.9-layerwise-poly1-from0.5-ft0");
    int trained = 2_236_682;
    int prunable = 2_138_336;
    assertEquals(trained, pruned.path("params/total").asInt());
    assertEquals(
        0.9 * prunable, trained - pruned.path("params/nonzero").asInt(), 30, "one a layer");

    Path dense = folder.resolve("dense");
    assertEquals(
        Map.of("s0-ft0", of(full, "s0-ft0")),
        metrics(
            cut(
                dense,
                "004-mobilenetv2-sizes.yaml",
                "baseline.epochs=1",
                "pipelines={dense: [{quantize: none}]}"),
            "mobilenetv2-w1-"));
    Path network = folder.resolve("network");
    Said pick = Said.by("pick", dense, "--max-bytes", "100000000", "--export", network);
    assertEquals(Main.DONE, pick.code(), pick.out() + pick.err());

    Map<String, JsonNode> found =
        metrics(
            cut(
                "002-mobilenetv2-transfer.yaml",
                "baseline={from: '%s', batch: 32}".formatted(network.resolve("model.zip")),
                "objectives={maximize: [val/accuracy], minimize: [params/nonzero]}"),
            "model-");
    assertEquals(13, found.size());
    long head = 1280 * 128 + 128 + 128 * 10 + 10;
    long all = trained - (1280 * 10 + 10) + head;
    assertEquals(all, of(found, "s0-head-dense128-dropout0.2-ft2").path("params/total").asLong());
    JsonNode half = of(found, "head-dense128-dropout0.2-ft2-s0.5-flat-poly2-lhead");
    assertEquals(0.5, half.path("sparsity/achieved").asDouble());
    assertEquals(
        (double) (all - 165_120 / 2),
        half.path("params/nonzero").asDouble(),
        300,
        "but for zeros by chance");
    JsonNode shallow = of(found, "s0-head-dense128-dropout0.2-freeze-off-ft2-drop3-ft1");
    assertTrue(shallow.path("params/total").asLong() < all);
    assertTrue(shallow.path("macs/dense").asLong() < half.path("macs/dense").asLong());
  }

  @Test
  void theRatesOfBothRankingsAreReached() throws IOException {
    Map<String, JsonNode> found =
        metrics(cut("004-mobilenetv2-cifar10.yaml"), "mobilenetv2-w0.35-");
    assertEquals(25, found.size());
    for (String rate : List.of("0.2", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "0.95")) {
      for (String scope : List.of("flat", "layerwise")) {
        JsonNode metrics = of(found, "s%s-%s-ft0".formatted(rate, scope));
        assertEquals(
            Double.parseDouble(rate), metrics.path("sparsity/achieved").asDouble(), 1e-3, rate);
      }
    }
    JsonNode floats = of(found, "s0.9-flat-poly1-from0.5-ft0");
    JsonNode integers = of(found, "s0.9-flat-poly1-from0.5-ft0-int8");
    assertTrue(
        integers.path("size/compressed_bytes").asLong()
            < floats.path("size/compressed_bytes").asLong());
  }

  private static JsonNode of(Map<String, JsonNode> found, String name) {
    return Objects.requireNonNull(found.get(name), name);
  }

  /** The metrics of trials by what is behind {@code prefix} in their names, without the seed. */
  private static Map<String, JsonNode> metrics(Iterable<JsonNode> trials, String prefix) {
    Map<String, JsonNode> found = new TreeMap<>();
    for (JsonNode trial : trials) {
      found.put(
          trial.path("name").asText().replace(prefix, "").replace("-seed1", ""),
          trial.path("metrics"));
    }
    return found;
  }

  /**
   * The results of a study of one seed and one epoch, on 256 drawn images.
   *
   * @param sets more that is set, in place of the epochs of the baseline
   */
  private Iterable<JsonNode> cut(String config, String... sets) throws IOException {
    return cut(folder.resolve(config), config, sets);
  }

  private static Iterable<JsonNode> cut(Path out, String config, String... sets)
      throws IOException {
    List<Object> words =
        new ArrayList<>(
            List.of("run", STUDIES.resolve(config), "--out", out, "--tracking-uri", "none"));
    for (String set : List.of("dataset={name: shapes, train: 256, validation: 64}", "seeds=[1]")) {
      words.addAll(List.of("--set", set));
    }
    for (String set : sets.length == 0 ? new String[] {"baseline.epochs=1"} : sets) {
      words.addAll(List.of("--set", set));
    }
    Said run = Said.by(words.toArray());
    assertEquals(Main.DONE, run.code(), run.out() + run.err());
    return TinySweep.results(out);
  }
}
