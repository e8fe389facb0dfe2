package dev.espalier.workers.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.CpuTime;
import dev.espalier.workers.cluster.KMeans;
import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.engine.PlainForward;
import dev.espalier.workers.filter.ChannelGroup;
import dev.espalier.workers.filter.ChannelGroups;
import dev.espalier.workers.filter.FilterCriteria;
import dev.espalier.workers.filter.FilterCriterion;
import dev.espalier.workers.filter.FilterEvidence;
import dev.espalier.workers.filter.FilterPruning;
import dev.espalier.workers.filter.L1Norm;
import dev.espalier.workers.filter.MeanActivation;
import dev.espalier.workers.filter.RandomFilter;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.prune.Rounding;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.NetworkFile;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PruneFiltersTest {
  private static final Network NETWORK = Nets.everything();

  @Test
  void theMnistNetworkLosesThreeTenthsOfItsUnitsAsPublished() {
    Network wide = Widths.network("mnist-cnn", "1", 28, 1);
    Network narrow = table(prune(state(wide), "0.3", Scope.LAYERWISE));
    assertEquals(421_642, wide.parameters());
    assertEquals(201_849, narrow.parameters());
    ChannelGroups groups = ChannelGroups.of(narrow);
    assertEquals(
        List.of(1, 22, 44, 89, 10), groups.all().stream().map(ChannelGroup::channels).toList());
  }

  @ParameterizedTest
  @CsvSource({"0.1, 9018358", "0.3, 5459866", "0.5, 2797610", "0.7, 997272", "0.9, 110378"})
  void resNet18BecomesANarrowerResNet18(String sparsity, long parameters) {
    Network wide = Widths.network("resnet18", "1", 32, 3);
    Network narrow = table(prune(state(wide), sparsity, Scope.LAYERWISE));
    assertEquals(parameters, narrow.parameters());
    assertEquals(parameters, resNet18(1 - Double.parseDouble(sparsity)));
  }

  /** Trainable parameters of a ResNet18 of four widths, in closed form. */
  private static long resNet18(double share) {
    long in = (long) (64 * share + 1e-9);
    long sum = 27 * in + 2 * in;
    for (int stage = 0; stage < 4; stage++) {
      long out = (long) ((64 << stage) * share + 1e-9);
      long shortcut = stage == 0 ? 0 : in * out + 2 * out;
      sum += 9 * in * out + 3 * 9 * out * out + 4 * 2 * out + shortcut;
      in = out;
    }
    return sum + 10 * in + 10;
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void predictsWhatTheWideNetworkPredictsThatReadsZerosByEveryCriterion(Scope scope) {
    for (FilterCriterion criterion : FilterCriteria.ALL) {
      for (Network wide : List.of(NETWORK, Widths.network("resnet18", "0.125", 8, 3))) {
        List<String> exclude =
            criterion.word().equals("batch-norm") ? List.of("c5", "f?") : List.of("nothing");
        State before = state(wide);
        FilterShare share = share("0.4", scope, exclude);
        State after =
            criterion.seesImages()
                ? new PruneFiltersByImages(share, criterion, 4)
                    .apply(before, new float[0], new DrawnPass())
                : new PruneFilters(share, criterion).apply(before, 9);
        Map<ChannelGroup, BitSet> kept = lowestGone(before, criterion, share, exclude);
        List<Tensor> zeroed = Widths.reading(wide, before.tensors(), ChannelGroups.of(wide), kept);
        float[] image = Nets.images(wide, 1, 2);
        double[] expected = PlainForward.logits(wide, zeroed, image);
        double greatest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        double[] found = PlainForward.logits(table(after), after.tensors(), image);
        assertArrayEquals(expected, found, 1e-12 * greatest, criterion.word());
        assertTrue(table(after).parameters() < 0.8 * wide.parameters());
      }
    }
  }

  private static Map<ChannelGroup, BitSet> lowestGone(
      State state, FilterCriterion criterion, FilterShare share, List<String> exclude) {
    Map<ChannelGroup, double[]> scores = new LinkedHashMap<>();
    Set<String> rows = new HashSet<>();
    table(state).layers().forEach(row -> rows.add(row.name()));
    FilterEvidence evidence =
        new FilterEvidence(
            new WeightedNetwork(table(state), state.tensors()).byName(), 9, meanActivations(rows));
    for (ChannelGroup group : ChannelGroups.of(table(state)).all()) {
      boolean alone =
          exclude.contains(group.name()) || (exclude.contains("f?") && group.name().equals("f1"));
      if (!group.fixed() && !alone) {
        scores.put(group, criterion.scores(group, evidence));
      }
    }
    return FilterPruning.kept(scores, share.sparsity(), share.scope(), share.rounding());
  }

  /** A network of which all that is asked is drawn. */
  private record DrawnPass() implements ForwardPass {
    @Override
    public Map<String, BatchStatistics> batchStatistics(
        float[] images, int batch, Map<String, Hold> holds) {
      throw new AssertionError("pruning asks for activations only");
    }

    @Override
    public Map<String, double[]> meanAbsolute(Set<String> rows, float[] images) {
      return meanActivations(rows);
    }

    @Override
    public void activations(Set<String> rows, float[] images, BiConsumer<String, float[]> sink) {
      throw new AssertionError("pruning asks for means only");
    }

    @Override
    public float[] probabilities(WeightedNetwork other, float[] images) {
      throw new AssertionError("pruning asks for activations only");
    }
  }

  /** Any numbers, as many as a row may have channels. */
  private static Map<String, double[]> meanActivations(Set<String> rows) {
    Map<String, double[]> means = new HashMap<>();
    rows.forEach(
        row -> means.put(row, new SplittableRandom(row.hashCode()).doubles(600).toArray()));
    return means;
  }

  @Test
  void keepsWhatIsHeldOfTheWeightsThatStay() {
    SplittableRandom random = new SplittableRandom(4);
    List<Tensor> tensors = new ArrayList<>();
    Map<String, Hold> holds = new HashMap<>();
    for (Tensor tensor : Nets.values(NETWORK, 3)) {
      int choice = random.nextInt(3);
      int[] zeros =
          IntStream.range(0, tensor.values().length).filter(i -> random.nextBoolean()).toArray();
      Mask mask = Mask.pruning(tensor.values().length, zeros);
      float[] values = tensor.kind().isKernel() ? mask.applied(tensor.values()) : tensor.values();
      if (tensor.kind().isKernel() && choice > 0) {
        holds.put(tensor.name(), new Hold.Zeros(mask));
      } else if (tensor.kind().isKernel()) {
        Hold.Shared shared = new Hold.Shared(KMeans.cluster(values, 5));
        values = shared.codebook().decode();
        holds.put(tensor.name(), shared);
      }
      tensors.add(tensor.with(values));
    }
    holds.put("out/b", new Hold.Frozen());
    State before = new State(NETWORK, tensors, holds, Set.of("c1/W"), null, List.of());
    State after = prune(before, "0.5", Scope.LAYERWISE);
    assertEquals(holds.keySet(), after.holds().keySet());
    assertEquals(Set.of("c1/W"), after.prunable());
    int sliced = 0;
    for (Tensor tensor : after.tensors()) {
      Hold hold = after.holds().get(tensor.name());
      if (hold instanceof Hold.Zeros zeros) {
        assertArrayEquals(zeros.mask().applied(tensor.values()), tensor.values());
        int[] none =
            IntStream.range(0, tensor.values().length)
                .filter(i -> tensor.values()[i] == 0)
                .toArray();
        assertArrayEquals(none, zeros.mask().zeros());
        sliced++;
      } else if (hold instanceof Hold.Shared shared) {
        assertArrayEquals(shared.codebook().decode(), tensor.values());
        assertEquals(shared.codebook().centroids().length, shared.codebook().effective());
        sliced++;
      }
    }
    assertEquals(9, sliced);
    CompressedNetwork encoded = CompressedNetwork.encode(after.tensors());
    NetworkFile file =
        NetworkFile.decode(
            NetworkFile.encode(encoded, after.table(), after.tensors(), after.holds(), null));
    assertEquals(after.table(), file.table());
    assertEquals(after.holds().keySet(), file.holds().keySet());
  }

  @Test
  void nothingChangesWhereOneFilterIsAllThatALayerHas() {
    List<Layer> rows =
        List.of(
            new Layer.Convolution("c", "input", 2, 1, 3, 1, 1, true, Layer.Activation.RELU),
            new Layer.Output("out", "c", 9, 2));
    State before = state(new Network(3, 3, 2, rows));
    State after = prune(before, "0.9", Scope.FLAT);
    assertEquals(before.table(), after.table());
    assertEquals(before.tensors(), after.tensors());
    List<Tensor> zeros =
        before.tensors().stream().map(t -> t.with(new float[t.values().length])).toList();
    assertEquals(before.table(), prune(before.with(zeros), "0.9", Scope.FLAT).table());
  }

  @Test
  void randomFiltersFollowTheSeed() {
    PruneFilters random = new PruneFilters(share("0.5", Scope.FLAT, List.of()), new RandomFilter());
    State before = state(NETWORK);
    assertEquals(random.apply(before, 1).table(), random.apply(before, 1).table());
    assertNotEquals(random.apply(before, 1).table(), random.apply(before, 2).table());
  }

  @Test
  void textsNameWhatShapesTheWeights() {
    PruneFilters stage =
        new PruneFilters(share("0.50", Scope.LAYERWISE, List.of("a", "b")), new L1Norm());
    assertEquals(
        "prune filters 0.5 layerwise by l1, floor keep, ties by index\nexclude a,b\ndepthwise false",
        stage.canonical());
    assertEquals("f0.5-layerwise", stage.slug());
    assertEquals("f=0.5 layerwise", stage.brief());
    assertEquals("{sparsity=0.5, scope=layerwise, unit=filter}", stage.parameters().toString());
    FilterShare doubles =
        new FilterShare(
            new BigDecimal("0.9"),
            Scope.FLAT,
            Rounding.FLOOR_KEEP_DOUBLE,
            KernelSelection.standard(),
            List.of(new NamedOption("criterion", "activation", "activation")));
    PruneFiltersByImages seeing = new PruneFiltersByImages(doubles, new MeanActivation(), 512);
    assertEquals(
        "prune filters 0.9 flat by activation of 512 images, floor keep double, ties by"
            + " index\nexclude \ndepthwise false",
        seeing.canonical());
    assertEquals("f0.9-flat", seeing.slug());
    assertThrows(
        IllegalArgumentException.class, () -> new PruneFilters(doubles, new MeanActivation()));
    assertThrows(
        IllegalArgumentException.class, () -> new PruneFiltersByImages(doubles, new L1Norm(), 512));
    assertThrows(IllegalArgumentException.class, () -> share("1", Scope.FLAT, List.of()));
  }

  @Test
  void takesLessTimeThanSortingAFewOfTheWeights() {
    State wide = state(Widths.network("resnet18", "1", 32, 3));
    float[] largest =
        wide.tensors().stream()
            .filter(t -> t.name().equals("stage4.block2.conv2/W"))
            .findFirst()
            .orElseThrow()
            .values();
    double sorts = CpuTime.inSorts(largest, () -> prune(wide, "0.5", Scope.LAYERWISE));
    assertTrue(sorts < 2, sorts + " times as long");
  }

  private static State state(Network network) {
    return new State(network, Widths.values(network, 3), Map.of(), Set.of(), null, List.of());
  }

  private static State prune(State state, String sparsity, Scope scope) {
    return new PruneFilters(share(sparsity, scope, List.of()), new L1Norm()).apply(state, 1);
  }

  private static FilterShare share(String sparsity, Scope scope, List<String> exclude) {
    return new FilterShare(
        new BigDecimal(sparsity),
        scope,
        Rounding.FLOOR_KEEP,
        new KernelSelection(exclude, false),
        List.of());
  }

  private static Network table(State state) {
    return Objects.requireNonNull(state.table());
  }
}
