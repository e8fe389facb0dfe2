package dev.espalier.sweep.pareto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.Metrics;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PointTest {

  @Test
  void takesTheParametersOfTheJournal() {
    Map<String, @Nullable Object> parameters = new HashMap<>();
    parameters.put("model", "resnet18");
    parameters.put("width", new BigDecimal("5E-1"));
    parameters.put("sparsity", new BigDecimal("0.0"));
    parameters.put("fine_tune_epochs", 0);
    parameters.put("centroids", null);
    parameters.put("seed", 1L);

    Point point =
        Point.of("id", "name", parameters, new Lineage("id", List.of()), Metrics.NONE, null);

    assertEquals(
        Map.of(
            "model",
            "resnet18",
            "width",
            "0.5",
            "sparsity",
            "0.0",
            "fine_tune_epochs",
            "0",
            "seed",
            "1"),
        point.parameters());
    assertEquals("resnet18, width 0.5", point.series());
    assertTrue(point.dense());
  }

  @Test
  void isDenseOnlyIfItsPathEndsWhereItStarts() {
    assertTrue(by().dense());
    assertFalse(by("prune").dense());
    assertFalse(by("quantize").dense());
    assertFalse(by("fine-tune").dense());
    assertTrue(by("fine-tune", "fine-tune").lineage().fineTunedAlone());
    assertFalse(by("fine-tune", "quantize").lineage().fineTunedAlone());
    assertFalse(by().lineage().fineTunedAlone());
  }

  private static Point by(String... steps) {
    Lineage lineage = new Lineage("start", List.of(steps));
    return Point.of("id", "name", Map.of(), lineage, Metrics.NONE, null);
  }

  @Test
  void aNetworkOfTheUserHasNoWidth() {
    assertEquals("model.zip", with("model", "model.zip").series());
  }

  private static Point with(String parameter, String value) {
    return Point.of("id", "name", Map.of(parameter, value), Lineage.UNKNOWN, Metrics.NONE, null);
  }
}
