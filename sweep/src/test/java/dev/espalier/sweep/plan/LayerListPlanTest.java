package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.pareto.Control;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans of networks that are lists of layers. */
class LayerListPlanTest {
  private static final String GRID = "grid: {sparsity: [0, 0.5]}";

  private static List<String> problems(String model) {
    return assertThrows(ConfigException.class, () -> ControlledPlans.plan(GRID, "model=" + model))
        .problems();
  }

  @Test
  void namesTrialsByTheList() throws ConfigException {
    Plan plan =
        ControlledPlans.plan(
            GRID,
            "controls=false",
            "model=[{name: fc, layers: [dense 8]}, {layers: [conv 4 3], width: 0.5}]");
    assertEquals(
        List.of(
            "fc-w1-s0-ft0-seed1",
            "fc-w1-s0.5-flat-ft0-seed1",
            "layers-w0.5-s0-ft0-seed1",
            "layers-w0.5-s0.5-flat-ft0-seed1"),
        plan.trials().stream().map(Trial::name).toList());
    assertEquals("fc", plan.trials().get(0).parameters().get("model"));
  }

  /** What shapes weights is the network: neither its name nor how its layers are spelled. */
  @Test
  void sharesIdsWithTheSameArchitecture() throws ConfigException {
    String layers = "conv 32 3 stride 1, max-pool 2, conv 64 3, max-pool 2, dense 128 relu";
    Plan listed = ControlledPlans.plan(GRID, "model={layers: [" + layers + "]}");
    Plan known = ControlledPlans.plan(GRID, "model={architecture: mnist-cnn}");
    assertEquals(ids(known), ids(listed));
  }

  private static List<String> ids(Plan plan) {
    return plan.stages().stream().map(stage -> stage.id().toString()).toList();
  }

  @Test
  void refusesOneNetworkUnderTwoNames() {
    assertEquals(
        List.of(
            "model: must be different networks, found b of width 0.5, which is the same as a of"
                + " width 1",
            "model: must be different networks, found c of width 1, which is the same as mnist-cnn"
                + " of width 1"),
        problems(
            "[{name: a, layers: [dense 4]}, {name: b, layers: [dense 8], width: 0.5},"
                + " {architecture: mnist-cnn},"
                + " {name: c, layers: [conv 32 3, max-pool 2, conv 64 3, max-pool 2, dense 128]}]"));
  }

  @Test
  void namesTheLayerThatDoesNotFitTheImages() {
    assertEquals(
        List.of("model.layers[1]: pool2: must read images of at least 2x2 pixels, found 1x1 (a)"),
        problems("[{name: a, layers: [max-pool 32, max-pool 2]}, {name: b, layers: []}]"));
  }

  @Test
  void controlsItByNarrowerLists() throws ConfigException {
    Plan plan =
        ControlledPlans.plan(
            "grid: {sparsity: 0.75, scope: layerwise}",
            "model={name: fc, layers: [dense 100, dense 100]}");
    // 3,072 w 100 + (w 100)^2 + w 100 10 is nearest a quarter of 318,200 at w = 0.26: 80,808.
    assertEquals(
        List.of("fc-w0.26-s0-ft0-seed1"),
        plan.trials().stream()
            .filter(trial -> trial.control() == Control.WIDTH)
            .map(Trial::name)
            .toList());
  }
}
