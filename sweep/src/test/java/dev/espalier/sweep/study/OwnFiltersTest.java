package dev.espalier.sweep.study;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.model.Network;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class OwnFiltersTest {
  private static final Network RESNET18 = NniCounts.network();

  /** Its two other one-shot criteria, l2 norm and geometric median: parameters and FLOPs. */
  private static final long[][] OTHERS = {
    {9_680_242, 497_492_746, 9_705_680, 497_899_454},
    {8_137_784, 436_199_900, 8_160_468, 436_562_544},
    {6_702_679, 369_733_768, 6_710_052, 367_960_482},
    {5_330_426, 305_512_736, 5_334_205, 306_166_432},
    {3_961_076, 236_467_814, 4_007_259, 237_702_210},
    {2_776_512, 175_872_204, 2_782_236, 175_813_620},
    {1_622_571, 107_994_906, 1_634_603, 108_904_676},
    {797_075, 53_534_414, 799_610, 53_645_918},
    {232_153, 15_385_078, 233_644, 15_408_784},
    {58_180, 4_510_072, 56_518, 4_266_910},
    {16_836, 1_429_752, 17_610, 1_441_836}
  };

  @Test
  void aNetworkThatLosesNothingHasThePublishedCounts() {
    OwnFilters none = new OwnFilters(RESNET18, BigDecimal.ZERO, RoundingMode.DOWN);
    assertEquals(counts(NniPruning.DENSE), none.counts(none.agreed()));
  }

  @Test
  void countsAreLinearInTheChannelsOfEachSum() {
    OwnFilters half = new OwnFilters(RESNET18, new BigDecimal("0.5"), RoundingMode.DOWN);
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    for (int i = 0; i < 5; i++) {
      int[] channels = {
        random.nextInt(1, 65),
        random.nextInt(1, 129),
        random.nextInt(1, 257),
        random.nextInt(1, 513)
      };
      assertEquals(half.counts(channels), half.interpolated(channels));
    }
  }

  @Test
  void eachPublishedPairOfCountsIsThatOfOneSuchNetworkAndOfNoOther() {
    for (int i = 0; i < NniPruning.L1.size(); i++) {
      NniPruning stated = NniPruning.L1.get(i);
      OwnFilters own = new OwnFilters(RESNET18, stated.ratio(), RoundingMode.DOWN);
      for (OwnFilters.Counts counts : published(i)) {
        List<int[]> found = own.having(counts);
        assertEquals(1, found.size(), stated.ratio() + ": " + counts);
        assertEquals(counts, own.counts(found.get(0)));
      }
    }
  }

  @Test
  void noneIsThatOfNetworksWhoseNumbersOfFiltersAreRoundedAnotherWay() {
    int tried = 0;
    for (int i = 0; i < NniPruning.L1.size(); i++) {
      BigDecimal ratio = NniPruning.L1.get(i).ratio();
      OwnFilters down = new OwnFilters(RESNET18, ratio, RoundingMode.DOWN);
      for (RoundingMode rounding : List.of(RoundingMode.HALF_EVEN, RoundingMode.UP)) {
        OwnFilters other = new OwnFilters(RESNET18, ratio, rounding);
        if (!Arrays.equals(down.agreed(), other.agreed())) {
          for (OwnFilters.Counts counts : published(i)) {
            assertTrue(other.having(counts).isEmpty(), ratio + ": " + rounding);
            tried++;
          }
        }
      }
    }
    assertTrue(tried > 0);
  }

  @Test
  void sumsOfLayersThatLoseTheSameFiltersAreTheNarrowest() {
    OwnFilters half = new OwnFilters(RESNET18, new BigDecimal("0.5"), RoundingMode.DOWN);
    assertArrayEquals(new int[] {32, 64, 128, 256}, half.agreed());
    assertArrayEquals(new int[] {56, 112, 224, 448}, half.unrelated());
  }

  private static List<OwnFilters.Counts> published(int row) {
    List<OwnFilters.Counts> counts = new ArrayList<>();
    counts.add(counts(NniPruning.L1.get(row)));
    counts.add(new OwnFilters.Counts(OTHERS[row][0], OTHERS[row][1]));
    counts.add(new OwnFilters.Counts(OTHERS[row][2], OTHERS[row][3]));
    return counts;
  }

  private static OwnFilters.Counts counts(NniPruning row) {
    return new OwnFilters.Counts(row.parameters(), row.flops());
  }
}
