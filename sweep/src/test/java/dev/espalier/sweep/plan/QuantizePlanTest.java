package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.workers.facts.DataFacts;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Plans of configs whose networks are quantized. */
class QuantizePlanTest {
  private static final DataFacts DATA =
      new DataFacts("shapes", "ab".repeat(32), 32, 32, 3, 4, 3000, 1000, 1000);

  private static Plan plan(String rest) throws ConfigException {
    String start =
        """
        name: small
        dataset: {name: shapes}
        model: {architecture: resnet18, width: 0.0625}
        baseline: {epochs: 2}
        """;
    return Plan.of(SpecFile.parse("x.yaml", start + rest, List.of()), DATA);
  }

  private static List<String> names(Plan plan) {
    return plan.trials().stream()
        .map(trial -> trial.name().replace("resnet18-w0.0625-", "").replace("-seed1", ""))
        .toList();
  }

  private static List<String> stages(Plan plan) {
    return plan.stages().stream().map(stage -> stage.id() + " " + stage.label()).toList();
  }

  @Test
  void aGridMayEndInQuantizationAndKeepsItsOtherStages() throws ConfigException {
    String axes = "sparsity: [0, 0.5], centroids: [none, 16]";
    Plan floats = plan("grid: {" + axes + "}");
    Plan both = plan("grid: {" + axes + ", quantize: [none, int8]}");
    assertEquals(2 * floats.trials().size(), both.trials().size());
    assertTrue(stages(both).containsAll(stages(floats)));
    assertEquals(
        List.of(
            "s0.5-flat-ft0", "s0.5-flat-ft0-int8", "s0.5-flat-ft0-k16", "s0.5-flat-ft0-k16-int8"),
        names(both).subList(4, 8));
    assertEquals("int8", both.trials().get(7).parameters().get("quantize"));
    Plan pipeline =
        plan(
            """
            pipelines:
              any-name:
                - prune: {sparsity: [0, 0.5], scope: flat}
                - fine-tune: {epochs: 0}
                - cluster: [none, 16]
                - quantize: [none, int8]
            """);
    assertEquals(stages(both), stages(pipeline));
    assertEquals(names(both), names(pipeline));
  }

  @Test
  void rangesAreAxesOfInt8Alone() throws ConfigException {
    Plan plan =
        plan(
            """
            pipelines:
              all:
                - prune: 0.5
                - quantize: {format: [none, int8, int8-weights, float16], percentile: [100, 99.9]}
            """);
    assertEquals(
        List.of(
            "s0.5-flat-ft0",
            "s0.5-flat-ft0-int8",
            "s0.5-flat-ft0-int8-p99.9",
            "s0.5-flat-ft0-int8-weights",
            "s0.5-flat-ft0-float16"),
        names(plan));
    Map<String, Object> parameters = Objects.requireNonNull(plan.trials().get(2)).parameters();
    assertEquals(new BigDecimal("99.9"), parameters.get("quantize_percentile"));
  }
}
