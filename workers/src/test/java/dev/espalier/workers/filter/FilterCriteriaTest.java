package dev.espalier.workers.filter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FilterCriteriaTest {
  private static final Network NETWORK = Nets.everything();
  private static final Map<String, Tensor> TENSORS =
      new WeightedNetwork(NETWORK, Nets.values(NETWORK, 3)).byName();
  private static final ChannelGroups GROUPS = ChannelGroups.of(NETWORK);

  /** Two producers of different kernels, a depthwise and a norm, two rows that are read. */
  private static final ChannelGroup SUMS = GROUPS.of("a1");

  @Test
  void theFirstIsL1AndWordsDiffer() {
    assertEquals(
        List.of("l1", "l2", "random", "batch-norm", "activation"),
        FilterCriteria.ALL.stream().map(FilterCriterion::word).toList());
    assertEquals(
        List.of("activation"),
        FilterCriteria.ALL.stream()
            .filter(FilterCriterion::seesImages)
            .map(FilterCriterion::word)
            .toList());
  }

  @Test
  void normsAreOverTheKernelsOfAllProducersAndNotOverDepthwiseOnes() {
    double[] l1 = new double[32];
    double[] squares = new double[32];
    for (String kernel : List.of("c3/W", "c4/W")) {
      float[] weights = values(kernel);
      for (int i = 0; i < weights.length; i++) {
        l1[i / (weights.length / 32)] += Math.abs((double) weights[i]);
        squares[i / (weights.length / 32)] += (double) weights[i] * weights[i];
      }
    }
    assertArrayEquals(l1, scores(new L1Norm(), SUMS), 1e-12);
    double[] l2 = Arrays.stream(squares).map(Math::sqrt).toArray();
    assertArrayEquals(l2, scores(new L2Norm(), SUMS), 1e-12);
  }

  @Test
  void scalesAreThoseOfAllNormsOfTheGroup() {
    double[] expected = new double[21];
    for (String norm : List.of("n2", "n3")) {
      for (int channel = 0; channel < expected.length; channel++) {
        expected[channel] += Math.abs(values(norm + "/gamma")[channel]);
      }
    }
    assertArrayEquals(expected, scores(new BatchNormScale(), GROUPS.of("d1")), 1e-12);
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> scores(new BatchNormScale(), GROUPS.of("f1")));
    assertEquals(
        "f1: must have a batch norm to be pruned by batch-norm, found none", e.getMessage());
  }

  @Test
  void activationsAreThoseOfTheRowsThatAreRead() {
    Map<String, double[]> means = new HashMap<>();
    double[] expected = new double[32];
    means.put("n4", new double[32]);
    means.put("d2", new double[32]);
    for (int channel = 0; channel < 32; channel++) {
      means.get("n4")[channel] = channel % 5;
      means.get("d2")[channel] = channel % 7;
      expected[channel] = (channel % 5 + channel % 7) / 2.0;
    }
    FilterEvidence evidence = new FilterEvidence(TENSORS, 1, means);
    assertArrayEquals(expected, new MeanActivation().scores(SUMS, evidence));
    assertThrows(IllegalArgumentException.class, () -> scores(new MeanActivation(), SUMS));
  }

  @Test
  void randomScoresFollowFromSeedGroupAndChannel() {
    RandomFilter random = new RandomFilter();
    double[] first = scores(random, SUMS);
    assertArrayEquals(first, scores(random, SUMS));
    assertEquals(32, Arrays.stream(first).distinct().count());
    assertTrue(Arrays.stream(first).allMatch(score -> score >= 0 && score < 1));
    double[] reseeded = random.scores(SUMS, new FilterEvidence(TENSORS, 2, Map.of()));
    assertNotEquals(first[0], reseeded[0]);
    assertNotEquals(first[0], scores(random, GROUPS.of("f1"))[0]);
  }

  private static double[] scores(FilterCriterion criterion, ChannelGroup group) {
    return criterion.scores(group, new FilterEvidence(TENSORS, 1, Map.of()));
  }

  private static float[] values(String tensor) {
    return Objects.requireNonNull(TENSORS.get(tensor)).values();
  }
}
