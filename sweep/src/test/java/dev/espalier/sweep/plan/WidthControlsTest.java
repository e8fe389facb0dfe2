package dev.espalier.sweep.plan;

import static dev.espalier.sweep.plan.ControlledPlans.DATA;
import static dev.espalier.sweep.plan.ControlledPlans.names;
import static dev.espalier.sweep.plan.ControlledPlans.plan;
import static dev.espalier.sweep.plan.ControlledPlans.widths;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The dense networks that {@code controls: true} adds to plans. */
class WidthControlsTest {
  private static long macs(String architecture, String width) {
    return Networks.of(new Model(architecture, new BigDecimal(width)), DATA).macs();
  }

  /** All widths are built and compared; two sparsities may be one width. */
  @Test
  void aDenseNetworkHasTheWidthOfNearestMacs() throws ConfigException {
    for (String architecture : List.of("resnet18", "mobilenetv2", "mnist-cnn")) {
      for (String width : List.of("0.25", "0.375", "1")) {
        List<Long> expected = new ArrayList<>();
        Network wide = Networks.of(new Model(architecture, new BigDecimal(width)), DATA);
        for (double sparsity : List.of(0.1, 0.3, 0.5, 0.8)) {
          long nearest = nearest(architecture, width, layerwise(wide, sparsity));
          if (nearest != wide.macs() && !expected.contains(nearest)) {
            expected.add(nearest);
          }
        }
        Plan plan =
            plan(
                "grid: {sparsity: [0.1, 0.3, 0.5, 0.8]}",
                "model={architecture: %s, width: %s}".formatted(architecture, width));
        assertEquals(
            expected,
            widths(plan).stream().map(each -> macs(architecture, each)).toList(),
            architecture + " " + width);
        widths(plan)
            .forEach(
                each -> {
                  BigDecimal less = new BigDecimal(each).subtract(new BigDecimal("0.01"));
                  assertTrue(
                      less.signum() == 0
                          || !has(architecture, less)
                          || macs(architecture, less.toString()) < macs(architecture, each),
                      "the least width of its network");
                });
      }
    }
  }

  @Test
  void filtersThatGoLeaveTheMacsOfTheNarrowedTable() throws ConfigException {
    Plan plan =
        plan(
            "pipelines: {one: [{prune: {sparsity: 0.5, unit: filter, scope: [flat, layerwise]}}]}");
    // Half of 16, 32, 64 and 128 filters are those of half of the width.
    long nearest = nearest("resnet18", "0.25", (double) macs("resnet18", "0.125"));
    assertEquals(1, widths(plan).size(), "flat is taken for layerwise");
    assertEquals(nearest, macs("resnet18", widths(plan).get(0)));
    Plan rounds =
        plan(
            """
            pipelines:
              one: [{prune: {sparsity: 0.5, unit: filter, schedule: iterative, rounds: 2, epochs: 1,
                     spacing: linear}}]
              two: [{prune: {sparsity: 0.5, unit: filter, criterion: activation}}]
            """);
    assertEquals(widths(plan), widths(rounds));
    Trial control = rounds.trials().get(rounds.trials().size() - 1);
    assertEquals(List.of("one", "two"), control.pipelines());
    assertEquals(
        List.of(1, 1), PipelineCounts.of(rounds).stream().map(PipelineCounts::trials).toList());
  }

  @Test
  void aWidthOfTheSweepIsTakenAsItIs() throws ConfigException {
    Plan plan =
        plan(
            "grid: {sparsity: [0.75]}",
            "model={architecture: resnet18, width: [0.25, 0.1199]}",
            "seeds=[1, 2]");
    List<String> dense =
        plan.trials().stream()
            .filter(trial -> trial.control() == Control.WIDTH)
            .map(Trial::name)
            .toList();
    assertEquals(4, dense.size(), dense.toString());
    assertTrue(dense.contains("resnet18-w0.1199-s0-ft0-seed2"), dense.toString());
    Plan asked =
        plan(
            "grid: {sparsity: [0, 0.75]}", "model={architecture: resnet18, width: [0.25, 0.1199]}");
    assertTrue(names(asked, null).contains("resnet18-w0.1199-s0-ft0"));
    assertEquals(1, widths(asked).size(), "that of 0.1199 alone");
  }

  private static boolean has(String architecture, BigDecimal width) {
    try {
      return Networks.of(new Model(architecture, width), DATA).macs() > 0;
    } catch (IllegalArgumentException tooNarrow) {
      return false;
    }
  }

  /** Weights of depthwise kernels are not pruned. */
  private static double layerwise(Network network, double sparsity) {
    double macs = 0;
    for (Parameter kernel : network.layout()) {
      double share = kernel.kind() == Tensor.Kind.DEPTHWISE ? 1 : 1 - sparsity;
      macs += share * kernel.size() * kernel.positions();
    }
    return macs;
  }

  private static long nearest(String architecture, String most, double macs) {
    long best = -1;
    BigDecimal step = new BigDecimal("0.01");
    for (BigDecimal width = step;
        width.compareTo(new BigDecimal(most).add(step)) < 0;
        width = width.add(step)) {
      if (has(architecture, width)) {
        long found = macs(architecture, width.toString());
        best = best < 0 || Math.abs(found - macs) < Math.abs(best - macs) ? found : best;
      }
    }
    return best;
  }
}
