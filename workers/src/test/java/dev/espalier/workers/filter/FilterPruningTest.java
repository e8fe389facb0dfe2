package dev.espalier.workers.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.prune.Rounding;
import dev.espalier.workers.prune.Scope;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FilterPruningTest {
  private static ChannelGroup group(int index, int channels) {
    Layer dense = new Layer.Dense("d" + index, "input", 1, channels, Activation.RELU);
    return new ChannelGroup(
        index, channels, List.of(dense), List.of(), List.of(), List.of(), false);
  }

  private static Map<ChannelGroup, double[]> scores(double[]... scores) {
    Map<ChannelGroup, double[]> byGroup = new LinkedHashMap<>();
    for (int i = 0; i < scores.length; i++) {
      byGroup.put(group(i, scores[i].length), scores[i]);
    }
    return byGroup;
  }

  /** Few different scores, so that most cuts go through ties; some groups of zeros. */
  private static Map<ChannelGroup, double[]> scores(SplittableRandom random) {
    double[][] scores = new double[random.nextInt(1, 6)][];
    for (int i = 0; i < scores.length; i++) {
      int levels = random.nextInt(1, 8);
      scores[i] = random.doubles(random.nextInt(1, 12)).map(d -> (int) (d * levels)).toArray();
    }
    return scores(scores);
  }

  private static List<String> kept(
      Map<ChannelGroup, double[]> scores, String sparsity, Scope scope) {
    return text(FilterPruning.kept(scores, new BigDecimal(sparsity), scope, Rounding.FLOOR_KEEP));
  }

  private static List<String> text(Map<ChannelGroup, BitSet> kept) {
    List<String> channels = new ArrayList<>();
    kept.forEach((g, bits) -> bits.stream().forEach(c -> channels.add(g.index() + "." + c)));
    return channels;
  }

  /** Takes away one channel after the other, each time looking for the least of all. */
  private static List<String> oneByOne(double[][] scores, int keep) {
    List<String> left = new ArrayList<>();
    for (int g = 0; g < scores.length; g++) {
      for (int c = 0; c < scores[g].length; c++) {
        left.add(g + "." + c);
      }
    }
    while (left.size() > keep) {
      String least = null;
      double score = 0;
      for (String channel : left) {
        int dot = channel.indexOf('.');
        int g = Integer.parseInt(channel.substring(0, dot));
        double own = scores[g][Integer.parseInt(channel.substring(dot + 1))];
        boolean last = left.stream().filter(other -> other.startsWith(g + ".")).count() == 1;
        if (!last && (least == null || own < score)) {
          least = channel;
          score = own;
        }
      }
      left.remove(least);
    }
    return left;
  }

  private static int floor(int channels, BigDecimal sparsity) {
    BigDecimal exact = BigDecimal.valueOf(channels).multiply(BigDecimal.ONE.subtract(sparsity));
    return exact.setScale(0, RoundingMode.DOWN).intValueExact();
  }

  @Test
  void removesWhatOneByOneWouldGo() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 1000; round++) {
      Map<ChannelGroup, double[]> scores = scores(random);
      BigDecimal sparsity = BigDecimal.valueOf(random.nextInt(1000), 3);
      int all = scores.values().stream().mapToInt(s -> s.length).sum();
      double[][] normalized =
          scores.values().stream()
              .map(
                  s -> {
                    double mean = Arrays.stream(s).sum() / s.length;
                    return Arrays.stream(s).map(v -> mean == 0 ? 0 : v / mean).toArray();
                  })
              .toArray(double[][]::new);
      assertEquals(
          oneByOne(normalized, Math.max(scores.size(), floor(all, sparsity))),
          kept(scores, sparsity.toString(), Scope.FLAT));
      List<String> each = new ArrayList<>();
      scores.forEach(
          (g, s) ->
              oneByOne(new double[][] {s}, Math.max(1, floor(s.length, sparsity)))
                  .forEach(c -> each.add(c.replaceFirst("0", "" + g.index()))));
      assertEquals(each, kept(scores, sparsity.toString(), Scope.LAYERWISE));
    }
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void aHigherSparsityRemovesAllThatALowerOneDoes(Scope scope) {
    SplittableRandom random = new SplittableRandom(2);
    for (int round = 0; round < 200; round++) {
      Map<ChannelGroup, double[]> scores = scores(random);
      List<String> before = kept(scores, "0", scope);
      for (int percent = 5; percent < 100; percent += 5) {
        List<String> now = kept(scores, "0." + (percent < 10 ? "0" : "") + percent, scope);
        assertTrue(before.containsAll(now));
        before = now;
      }
    }
  }

  @Test
  void equalScoresGoByIndexAndNoGroupLosesItsLast() {
    Map<ChannelGroup, double[]> equal = scores(new double[] {1, 1, 1}, new double[] {5, 5});
    assertEquals(List.of("0.2", "1.0", "1.1"), kept(equal, "0.4", Scope.FLAT));
    assertEquals(List.of("0.2", "1.1"), kept(equal, "0.9", Scope.FLAT));
    assertEquals(List.of("0.1", "0.2", "1.1"), kept(equal, "0.3", Scope.LAYERWISE));
    Map<ChannelGroup, double[]> zeros = scores(new double[3], new double[] {1, 3});
    assertEquals(List.of("0.2", "1.0", "1.1"), kept(zeros, "0.4", Scope.FLAT));
    assertEquals(List.of("0.0"), kept(scores(new double[1]), "0.999", Scope.LAYERWISE));
  }

  @Test
  void refusesWhatHasNoPlaceInARanking() {
    for (double score : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1}) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> kept(scores(new double[] {1, score}), "0.5", Scope.FLAT));
      assertEquals("d0[1]: a score must be finite and at least 0, found " + score, e.getMessage());
    }
    assertThrows(
        IllegalArgumentException.class, () -> kept(scores(new double[1]), "1", Scope.FLAT));
  }

  @ParameterizedTest
  @CsvSource({
    "1280, 0.9, 128, 127",
    "32, 0.3, 22, 22",
    "64, 0.3, 44, 44",
    "128, 0.3, 89, 89",
    "64, 0.1, 57, 57",
    "10, 0.9, 1, 1",
    "5, 0.99, 1, 1",
    "1, 0.5, 1, 1"
  })
  void keepsTheFloorAndAtLeastOne(int channels, String sparsity, int decimal, int doubles) {
    BigDecimal share = new BigDecimal(sparsity);
    assertEquals(decimal, channels - Rounding.FLOOR_KEEP.pruned(share, channels));
    assertEquals(doubles, channels - Rounding.FLOOR_KEEP_DOUBLE.pruned(share, channels));
  }
}
