package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.spec.SpecFile;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunNamesTest {
  private static final String ONE_MODEL = "model: {architecture: resnet18, width: 0.25}";
  private static final String TWO_MODELS =
      "model: [{architecture: resnet18, width: 0.25}, {architecture: mobilenetv2, width: 0.25}]";

  @Test
  void whatDiffersComesFirst() throws Exception {
    RunNames names = names(ONE_MODEL, "");
    assertEquals(
        "s0.9-flat-k16-resnet18-w0.25-ft3-seed1", names.of(parameters("resnet18", 16), "x"));
    assertEquals("s0.9-flat-resnet18-w0.25-ft3-seed1", names.of(parameters("resnet18", null), "x"));
    assertTrue(names.of(parameters("resnet18", 16), "x").substring(0, 20).contains("k16"));
  }

  @Test
  void modelsAndSeedsComeFirstWhereTheyDiffer() throws Exception {
    assertEquals(
        "mobilenetv2-s0.9-flat-k16-seed1-w0.25-ft3",
        names(TWO_MODELS, "seeds: [1, 2]").of(parameters("mobilenetv2", 16), "x"));
  }

  @Test
  void aTrialWithoutParametersKeepsItsName() throws Exception {
    assertEquals("odd", names(ONE_MODEL, "").of(Map.of(), "odd"));
  }

  private static Map<String, @Nullable Object> parameters(
      String model, @Nullable Integer centroids) {
    Map<String, @Nullable Object> parameters = new HashMap<>();
    parameters.put("model", model);
    parameters.put("width", new BigDecimal("0.25"));
    parameters.put("sparsity", new BigDecimal("0.9"));
    parameters.put("scope", "flat");
    parameters.put("fine_tune_epochs", 3);
    parameters.put("centroids", centroids);
    parameters.put("seed", 1);
    return parameters;
  }

  private static RunNames names(String models, String seeds) throws Exception {
    return new RunNames(
        SpecFile.parse(
            "test",
            """
            name: tiny
            dataset: {name: shapes, size: 12, train: 256, validation: 64}
            %s
            baseline: {epochs: 3, batch: 32, learning-rate: 0.02}
            %s
            grid: {sparsity: [0.5, 0.9], scope: [flat, layerwise], fine-tune-epochs: [3], centroids: [none, 16]}
            """
                .formatted(models, seeds),
            List.of()));
  }
}
