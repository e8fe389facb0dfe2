package dev.espalier.workers.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.Tensor.Kind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Masks that grow, beside a ranking by sorting: the pruned, then by magnitude, then by place. */
class GrownMasksTest {
  private static final List<Criterion> CRITERIA = List.of(new Magnitude(), new Backwards());

  /** Weights near the end of a kernel go first, zeros or not. */
  private record Backwards() implements Criterion {
    @Override
    public String word() {
      return "backwards";
    }

    @Override
    public String meaning() {
      return "the last";
    }

    @Override
    public float[] scores(Tensor kernel, long seed) {
      float[] scores = new float[kernel.values().length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = scores.length - i;
      }
      return scores;
    }
  }

  private record Weight(int tensor, int index, boolean pruned, float score) {}

  @ParameterizedTest
  @EnumSource
  void pruneWhatWasPrunedAndTheLeastOfTheOthers(Scope scope) {
    SplittableRandom random = new SplittableRandom(scope == Scope.FLAT ? 0 : 1);
    for (int round = 0; round < 300; round++) {
      Criterion criterion = CRITERIA.get(round % 2);
      List<Tensor> tensors = tensors(random);
      Map<String, Mask> before = new HashMap<>();
      for (Tensor tensor : tensors) {
        if (random.nextInt(4) > 0) {
          int size = tensor.values().length;
          double share = random.nextDouble();
          int[] zeros = IntStream.range(0, size).filter(i -> random.nextDouble() < share).toArray();
          before.put(tensor.name(), Mask.pruning(size, zeros));
        }
      }
      BigDecimal sparsity = BigDecimal.valueOf(random.nextInt(100), 2);
      Map<String, Mask> grown =
          new WeightPruning(criterion, scope, Rounding.HALF_UP).grown(before, tensors, sparsity, 1);
      assertEquals(expected(before, tensors, criterion, sparsity, scope), found(tensors, grown));
    }
  }

  private static List<Weight> expected(
      Map<String, Mask> before,
      List<Tensor> tensors,
      Criterion criterion,
      BigDecimal sparsity,
      Scope scope) {
    List<Weight> all = new ArrayList<>();
    for (int t = 0; t < tensors.size(); t++) {
      Tensor tensor = tensors.get(t);
      Mask mask = before.get(tensor.name());
      float[] scores = criterion.scores(tensor, 1);
      for (int i = 0; i < scores.length; i++) {
        all.add(new Weight(t, i, mask != null && !mask.keeps(i), Math.abs(scores[i])));
      }
    }
    List<Weight> expected = new ArrayList<>();
    if (scope == Scope.FLAT) {
      expected.addAll(pruned(all, sparsity));
    } else {
      for (int t = 0; t < tensors.size(); t++) {
        int layer = t;
        expected.addAll(pruned(all.stream().filter(w -> w.tensor() == layer).toList(), sparsity));
      }
    }
    return places(expected);
  }

  private static List<Weight> pruned(List<Weight> weights, BigDecimal sparsity) {
    int count =
        sparsity
            .multiply(BigDecimal.valueOf(weights.size()))
            .setScale(0, RoundingMode.HALF_UP)
            .intValueExact();
    int before = (int) weights.stream().filter(Weight::pruned).count();
    return weights.stream()
        .sorted(
            Comparator.comparing((Weight w) -> !w.pruned())
                .thenComparing(Weight::score)
                .thenComparing(Weight::tensor)
                .thenComparing(Weight::index))
        .limit(Math.max(count, before))
        .toList();
  }

  private static List<Weight> found(List<Tensor> tensors, Map<String, Mask> masks) {
    List<Weight> found = new ArrayList<>();
    for (int t = 0; t < tensors.size(); t++) {
      for (int zero : Objects.requireNonNull(masks.get(tensors.get(t).name())).zeros()) {
        found.add(new Weight(t, zero, true, 0));
      }
    }
    return places(found);
  }

  private static List<Weight> places(List<Weight> weights) {
    TreeSet<Weight> places =
        new TreeSet<>(Comparator.comparing(Weight::tensor).thenComparing(Weight::index));
    weights.forEach(weight -> places.add(new Weight(weight.tensor(), weight.index(), true, 0)));
    return List.copyOf(places);
  }

  /** Kernels of few different values, zeros and the least magnitude among them. */
  private static List<Tensor> tensors(SplittableRandom random) {
    float[] values = {0, -0.0f, Float.MIN_VALUE, -Float.MIN_VALUE, 0.5f, -0.5f, 1, Float.MAX_VALUE};
    List<Tensor> tensors = new ArrayList<>();
    for (int t = random.nextInt(1, 4); t > 0; t--) {
      int size = random.nextInt(1, 40);
      float[] drawn = new float[size];
      for (int i = 0; i < size; i++) {
        drawn[i] = values[random.nextInt(values.length)];
      }
      tensors.add(new Tensor("c" + t + "/W", Kind.DENSE, List.of(size), 1, true, drawn));
    }
    return tensors;
  }
}
