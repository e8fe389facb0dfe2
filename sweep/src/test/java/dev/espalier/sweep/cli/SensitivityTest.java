package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier sensitivity} from a config to its picture, and what it refuses. */
class SensitivityTest {
  private static final String CONFIG =
      """
      name: tiny
      dataset: {name: shapes, size: 12, train: 64, validation: 32}
      model: {architecture: %s, width: 0.0625}
      baseline: {epochs: %s, batch: 32}
      prune: {exclude-layers: stage*}
      grid: {sparsity: %s, fine-tune-epochs: [0, 1]}
      """;

  @TempDir Path folder;

  @Test
  @Tag("slow")
  void prunesEachLayerAloneAndCanBeRunAgainByRun() throws Exception {
    Path out = folder.resolve("out");
    Said said =
        Said.by(
            "sensitivity",
            config("resnet18", "1", "[0, 0.5, 0.9]"),
            "--out",
            out,
            "--tracking-uri",
            "none");
    assertEquals(Main.DONE, said.code(), said.err());
    assertTrue(said.out().contains("Validation accuracy with one layer pruned"), said.out());
    assertTrue(said.out().contains("layer        s=0.5   s=0.9\nstem.conv"), said.out());

    SweepSpec written = SpecFile.read(out.resolve("sensitivity.yaml"), List.of());
    assertEquals("tiny-sensitivity", written.name());
    assertEquals(5, TinySweep.results(out).size(), "dense, and two layers at two sparsities");
    String picture = Files.readString(out.resolve("sensitivity.svg"));
    assertEquals(2, picture.split("<polyline", -1).length - 1);

    Said again =
        Said.by("run", out.resolve("sensitivity.yaml"), "--out", out, "--tracking-uri", "none");
    assertEquals(Main.DONE, again.code(), again.err());
    assertTrue(again.out().contains("5 trials completed"), again.out());
    assertEquals(5, TinySweep.results(out).size());
  }

  @Test
  void wantsOneNetworkOneBaselineAndSparsities() throws Exception {
    Path several = config("[resnet18, mobilenetv2]", "[1, 2]", "[0]");
    Said said = Said.by("sensitivity", several, "--out", folder.resolve("out"));
    assertEquals(Main.USAGE, said.code());
    assertEquals(
        List.of(
            several
                + ":3: model: must be one network to compare its layers, found 2; choose one with"
                + " --set \"model={architecture: resnet18, width: 0.0625}\"",
            several
                + ":4: baseline: must be one to compare the layers of a network, found 2; choose"
                + " one with --set, such as --set baseline.epochs=8",
            several
                + ":6: grid: must prune to a sparsity above 0, found none; --sparsity 0.5,0.7,0.9"
                + " says which to try"),
        said.err().lines().toList());
  }

  @Test
  void refusesSparsitiesThatLeaveNothingOrPruneNothing() throws Exception {
    Said said = Said.by("sensitivity", config("resnet18", "1", "[0]"), "--sparsity", "0.5,1");
    assertEquals(Main.USAGE, said.code());
    assertEquals("--sparsity: must be in (0, 1), found 1", said.err().strip());
  }

  @Test
  void refusesToRecalibrateANetworkWithoutBatchNorm() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("none.yaml"),
            """
            name: none
            dataset: {name: shapes, size: 28, train: 64, validation: 32}
            model: {architecture: mnist-cnn}
            baseline: {epochs: 1}
            pipelines:
              one:
                - prune: 0.5
                - recalibrate: 100
            """);
    Said said = Said.by("plan", config);
    assertEquals(Main.USAGE, said.code(), said.out());
    assertEquals(
        config
            + ":8: pipelines.one[1].recalibrate: must be used with a network with batch norm,"
            + " found none; exclude such trials (mnist-cnn w=1)",
        said.err().strip());
  }

  private Path config(String architecture, String epochs, String sparsity) throws Exception {
    return Files.writeString(
        folder.resolve("tiny.yaml"), CONFIG.formatted(architecture, epochs, sparsity));
  }
}
