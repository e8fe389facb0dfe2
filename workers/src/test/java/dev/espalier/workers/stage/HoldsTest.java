package dev.espalier.workers.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.cluster.Codebook;
import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.prune.WeightPruning;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What each kind of later stage makes of a hold. */
class HoldsTest {
  private static final Network NETWORK = Nets.everything();
  private static final State START =
      new State(NETWORK, Nets.values(NETWORK, 1), Map.of(), Set.of(), null, List.of());

  @Test
  void pruningAgainLosesNoZero() {
    State once = prune(START, "0.6", "c4");
    State twice = prune(once, "0.3", "c3");
    for (Tensor tensor : twice.tensors()) {
      Mask before = mask(once, tensor);
      if (before != null) {
        Mask now = Objects.requireNonNull(mask(twice, tensor));
        assertEquals(now, before.and(now), tensor.name());
        assertSame(now.applied(tensor.values()), tensor.values());
      }
    }
    assertEquals(mask(once, tensor(once, "c3/W")), mask(twice, tensor(twice, "c3/W")));
    assertEquals(Set.of("c1/W", "c2/W", "c4/W", "c5/W", "f1/W", "out/W"), twice.prunable());
  }

  @Test
  void prunedWeightsLeaveTheirCentroidAndTheOthersStayTogether() {
    State clustered = cluster(START, 6);
    State pruned = prune(clustered, "0.5");
    for (Tensor tensor : pruned.tensors()) {
      if (clustered.holds().get(tensor.name()) instanceof Hold.Shared before) {
        Hold.Shared after = assertInstanceOf(Hold.Shared.class, pruned.holds().get(tensor.name()));
        Tensor then = tensor(clustered, tensor.name());
        for (int i = 0; i < tensor.values().length; i++) {
          boolean gone = tensor.values()[i] == 0;
          assertEquals(gone ? 0 : before.codebook().code(i), after.codebook().code(i));
          assertEquals(gone ? 0 : then.values()[i], tensor.values()[i]);
        }
        assertSame(tensor.values(), after.codebook().decode());
      }
    }
  }

  @Test
  void clusteringKeepsZerosAndSharesThem() {
    State pruned = prune(START, "0.7", "c5");
    State clustered = cluster(pruned, 4, "c3");
    for (Tensor tensor : clustered.tensors()) {
      Tensor before = tensor(pruned, tensor.name());
      Hold hold = clustered.holds().get(tensor.name());
      if (tensor.name().equals("c3/W")) {
        assertEquals(pruned.holds().get("c3/W"), hold, "left alone");
      } else if (hold instanceof Hold.Shared shared) {
        for (int i = 0; i < tensor.values().length; i++) {
          assertEquals(before.values()[i] == 0, shared.codebook().code(i) == 0, tensor.name());
        }
        assertTrue(distinct(tensor) <= 4, tensor.name());
        assertSame(tensor.values(), shared.codebook().decode());
      }
    }
  }

  @Test
  void clusteringAgainSharesAnew() {
    State twice = cluster(cluster(prune(START, "0.5"), 9), 3);
    for (Tensor tensor : twice.tensors()) {
      if (twice.holds().get(tensor.name()) instanceof Hold.Shared shared) {
        assertTrue(distinct(tensor) <= 3, tensor.name());
        assertSame(tensor.values(), shared.codebook().decode());
      }
    }
  }

  @Test
  void frozenTensorsAreNeitherPrunedNorClusteredNorCounted() {
    Map<String, Hold> frozen = Map.of("c4/W", new Hold.Frozen(), "n1/mean", new Hold.Frozen());
    State start = new State(NETWORK, START.tensors(), frozen, Set.of(), null, List.of());
    State pruned = prune(start, "0.5");
    State both = cluster(pruned, 4);
    assertEquals(new Hold.Frozen(), both.holds().get("c4/W"));
    assertSame(tensor(start, "c4/W").values(), tensor(both, "c4/W").values());
    State without = prune(START, "0.5", "c4");
    assertEquals(without.prunable(), pruned.prunable());
    for (Tensor tensor : pruned.tensors()) {
      assertSame(tensor(without, tensor.name()).values(), tensor.values());
    }
  }

  @Test
  void calibrationsChangeNothingThatIsHeld() {
    State clustered = cluster(prune(START, "0.4", "c3", "f1"), 5, "c2");
    Map<String, Hold> holds = new HashMap<>(clustered.holds());
    holds.put("n1/mean", new Hold.Frozen());
    State before =
        new State(NETWORK, clustered.tensors(), holds, clustered.prunable(), null, List.of());
    List<Tensor> others = Nets.values(NETWORK, 2);
    State after = before.with(others, Map.of(), Set.of()).keeping(before);
    assertEquals(before.holds().keySet(), after.holds().keySet());
    for (Tensor tensor : after.tensors()) {
      float[] wanted = others.get(after.tensors().indexOf(tensor)).values();
      Hold hold = before.holds().get(tensor.name());
      if (hold == null) {
        assertSame(wanted, tensor.values());
      } else if (hold instanceof Hold.Frozen) {
        assertSame(tensor(before, tensor.name()).values(), tensor.values());
      } else if (hold instanceof Hold.Zeros zeros) {
        assertSame(zeros.mask().applied(wanted), tensor.values());
      } else if (hold instanceof Hold.Shared shared) {
        int[][] members = shared.codebook().members();
        for (int[] together : members) {
          for (int member : together) {
            assertEquals(wanted[together[0]], tensor.values()[member], tensor.name());
          }
        }
        for (int zero : shared.codebook().zeros()) {
          assertEquals(0, Float.floatToRawIntBits(tensor.values()[zero]));
        }
        assertSame(codebook(after, tensor).decode(), tensor.values());
      }
    }
  }

  @Test
  void trainingMovesCentroidsAndLetsWeightsStayWithThem() {
    State clustered = cluster(START, 5);
    List<Tensor> moved =
        clustered.tensors().stream().map(tensor -> tensor.with(negated(tensor.values()))).toList();
    State trained = clustered.trained(moved, new float[0], List.of());
    for (Tensor tensor : trained.tensors()) {
      if (trained.holds().get(tensor.name()) instanceof Hold.Shared shared) {
        assertSame(tensor.values(), shared.codebook().decode());
        Codebook before = codebook(clustered, tensor);
        assertTrue(before.groupsAs(shared.codebook()), tensor.name());
        assertNotEquals(before.centroids()[0], shared.codebook().centroids()[0]);
      }
    }
  }

  @Test
  void onlyTheMeanStandsInTheTextOfAFineTuning() {
    FineTune sum = new FineTune(recipe(), 2);
    FineTune mean = new FineTune(recipe(), 2, CentroidGradient.MEAN, List.of());
    assertEquals(sum.canonical() + "\ncentroids by mean", mean.canonical());
    assertEquals(new FineTune(recipe(), 3).course(), sum.course());
    assertNotEquals(new FineTune(recipe(), 3).course(), mean.course());
  }

  private static Recipe recipe() {
    return new Recipe(
        new Schedule.Constant(BigDecimal.ONE, 0), 8, BigDecimal.ZERO, BigDecimal.ZERO, false, 0);
  }

  private static float[] negated(float[] values) {
    float[] negated = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      negated[i] = values[i] == 0 ? 0 : -values[i];
    }
    return negated;
  }

  private static State prune(State state, String sparsity, String... exclude) {
    return new Prune(
            new BigDecimal(sparsity),
            WeightPruning.byMagnitude(Scope.LAYERWISE),
            new KernelSelection(List.of(exclude), false),
            List.of())
        .apply(state, 1);
  }

  private static State cluster(State state, int centroids, String... exclude) {
    return new Cluster(centroids, new KernelSelection(List.of(exclude), false), false, List.of())
        .apply(state, 1);
  }

  private static @Nullable Mask mask(State state, Tensor tensor) {
    return state.holds().get(tensor.name()) instanceof Hold.Zeros zeros ? zeros.mask() : null;
  }

  private static Codebook codebook(State state, Tensor tensor) {
    return assertInstanceOf(Hold.Shared.class, state.holds().get(tensor.name())).codebook();
  }

  private static Tensor tensor(State state, String name) {
    return state.tensors().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  private static int distinct(Tensor tensor) {
    Set<Float> values = new HashSet<>();
    for (float value : tensor.values()) {
      if (value != 0) {
        values.add(value);
      }
    }
    return values.size();
  }

  private static void assertSame(float[] expected, float[] found) {
    assertArrayEquals(expected, found);
  }
}
