package dev.espalier.workers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.workers.cluster.KMeans;
import dev.espalier.workers.data.Batches;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.facts.CentroidInit;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.NumberFormat;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.filter.L2Norm;
import dev.espalier.workers.filter.MeanActivation;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.GradualSparsity;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.prune.RandomOrder;
import dev.espalier.workers.prune.Rounding;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.prune.WeightPruning;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.NetworkFile;
import dev.espalier.workers.stage.CentroidGradient;
import dev.espalier.workers.stage.Cluster;
import dev.espalier.workers.stage.DataAndSeed;
import dev.espalier.workers.stage.DropBlocks;
import dev.espalier.workers.stage.DropBlocksByImages;
import dev.espalier.workers.stage.FilterShare;
import dev.espalier.workers.stage.FineTune;
import dev.espalier.workers.stage.GradualPrune;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.Prune;
import dev.espalier.workers.stage.PruneBelow;
import dev.espalier.workers.stage.PruneFilters;
import dev.espalier.workers.stage.PruneFiltersByImages;
import dev.espalier.workers.stage.QuantizeParameters;
import dev.espalier.workers.stage.QuantizeToInt8;
import dev.espalier.workers.stage.Reached;
import dev.espalier.workers.stage.Recalibrate;
import dev.espalier.workers.stage.ReplaceHead;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.State;
import dev.espalier.workers.stage.Train;
import dev.espalier.workers.stage.Transform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Pins what {@link StageId#RECIPE_VERSION} stands for, as digests in {@code recipe.txt}: all that
 * equal canonical texts must make equal. The arithmetic of training is not among it, because its
 * last bits are the instruction set's.
 */
class RecipeGoldenTest {
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "dev", "espalier", "workers", "recipe.txt");
  private static final Path FOUND = Path.of("target", "recipe.txt");

  private static final List<Model> MODELS =
      List.of(model("resnet18", "0.25"), model("mobilenetv2", "0.35"), model("mnist-cnn", "0.5"));

  private final List<String> lines = new ArrayList<>();

  @Test
  void equalTextsStillMeanEqualWeights() throws IOException, DataException {
    lines.add("recipe " + StageId.RECIPE_VERSION);
    initialization();
    batches();
    masks();
    codebooks();
    starts();
    holds();
    schedules();
    growingMasks();
    stages();
    String found = String.join("\n", lines) + "\n";
    Files.writeString(FOUND, found);
    assertEquals(
        Files.readString(GOLDEN),
        found,
        "equal canonical texts would lead to other weights. If this is meant, raise"
            + " StageId.RECIPE_VERSION, run this test again and renew the file:"
            + " cp workers/target/recipe.txt workers/"
            + GOLDEN);
  }

  @Test
  void everyArchitectureIsPinned() {
    assertEquals(
        Set.copyOf(Networks.architectures()),
        Set.copyOf(MODELS.stream().map(Model::name).toList()));
  }

  private void initialization() {
    for (Model model : MODELS) {
      Digest digest = new Digest();
      tensors(model).forEach(tensor -> digest.add(tensor.values()));
      pin("initialization " + model.name(), digest);
    }
  }

  private void batches() throws DataException {
    Dataset data = Datasets.load(new DataSource("shapes", null, 64, 16, 16), null);
    Batches batches = new Batches(data, recipe(new Schedule.Constant(BigDecimal.ONE, 0)), 7);
    float[] images = new float[16 * 16 * 16 * 3];
    int[] labels = new int[16];
    Digest digest = new Digest();
    for (int epoch : new int[] {0, 3}) {
      batches.fill(epoch, 1, images, labels);
      digest.add(images);
      digest.add(labels);
    }
    pin("order, augmentation and normalization of batches", digest);
    lines.add("seed of fine-tuning for seed 1: " + StageWork.fineTuneSeed(1));
  }

  private void masks() {
    for (Scope scope : Scope.values()) {
      Digest digest = new Digest();
      for (boolean depthwise : new boolean[] {false, true}) {
        List<Tensor> prunable =
            new KernelSelection(List.of("head.*"), depthwise).of(withTies(tensors(MODELS.get(1))));
        Map<String, Mask> masks =
            new TreeMap<>(
                WeightPruning.byMagnitude(scope).masks(prunable, new BigDecimal("0.705"), 1));
        masks.forEach((name, mask) -> digest.add(mask.zeros()));
      }
      pin("masks " + scope.word(), digest);
    }
  }

  /** What gradual pruning makes of weights that nothing moves. */
  private void growingMasks() {
    Network network = network(MODELS.get(2));
    State state =
        new State(network, withTies(tensors(MODELS.get(2))), Map.of(), Set.of(), null, List.of());
    GradualPrune prune = gradual(null, CentroidGradient.SUM);
    Digest digest = new Digest();
    for (int step = 0; step < 4 * 55; step++) {
      UnaryOperator<State> change = prune.beforeStep(step, 55, 1);
      if (change != null) {
        state = change.apply(state);
        digest.add(step);
        new TreeMap<>(state.holds()).values().forEach(hold -> digest.add(hold.zeros()));
      }
    }
    pin("masks that grow", digest);
  }

  private void codebooks() {
    for (int centroids : new int[] {1, 4, 16}) {
      Digest few = new Digest();
      Digest many = new Digest();
      List<Tensor> tensors = new ArrayList<>(withTies(tensors(MODELS.get(2))));
      tensors.addAll(tensors(MODELS.get(2)));
      for (Tensor tensor : tensors) {
        if (tensor.kind().isKernel()) {
          boolean isLarge = tensor.values().length > KMeans.FEW_WEIGHTS;
          float[] shared = KMeans.cluster(tensor.values(), centroids).decode();
          (isLarge ? many : few).add(shared);
        }
      }
      pin("codebooks of " + centroids, few);
      pin("codebooks of " + centroids + " for layers of many weights", many);
    }
  }

  /** Codebooks of other starts than the optimum, as stages draw and move them. */
  private void starts() {
    Network network = network(MODELS.get(2));
    State state = new State(network, tensors(MODELS.get(2)), Map.of(), Set.of(), null, List.of());
    for (CentroidInit init : CentroidInit.values()) {
      if (init != CentroidInit.OPTIMAL) {
        Digest digest = new Digest();
        for (int lloyd : new int[] {0, 3}) {
          State shared = clustering(init, lloyd).apply(state, 1);
          shared.tensors().forEach(tensor -> digest.add(tensor.values()));
        }
        pin("codebooks of 16 from " + init.word(), digest);
      }
    }
  }

  private static Cluster clustering(CentroidInit init, int lloyd) {
    return new Cluster(
        16, init, lloyd, new KernelSelection(List.of("stem"), false), false, List.of());
  }

  /** What stages after one another make of a network. */
  private void holds() {
    Network network = network(MODELS.get(2));
    List<Tensor> start = withTies(tensors(MODELS.get(2)));
    State state = new State(network, start, Map.of(), Set.of(), null, List.of());
    Prune half = pruning("0.5");
    Cluster four = new Cluster(4, KernelSelection.standard(), false, List.of());
    Map<String, List<Transform>> orders = new TreeMap<>();
    orders.put("prune, cluster, prune", List.of(half, four, pruning("0.8")));
    orders.put("prune twice", List.of(pruning("0.8"), half));
    orders.put(
        "cluster twice",
        List.of(new Cluster(9, KernelSelection.standard(), false, List.of()), four));
    orders.forEach(
        (words, stages) -> {
          State after = state;
          for (Transform stage : stages) {
            after = stage.apply(after, 1);
          }
          CompressedNetwork encoded =
              CompressedNetwork.encode(after.tensors(), after.kernelScales());
          Digest digest = new Digest();
          digest.add(
              NetworkFile.encode(
                  encoded, network, after.tensors(), after.holds(), after.precision()));
          pin("the file after " + words, digest);
        });
  }

  private static Prune pruning(String sparsity) {
    return new Prune(
        new BigDecimal(sparsity),
        WeightPruning.byMagnitude(Scope.FLAT),
        KernelSelection.standard(),
        List.of());
  }

  private void schedules() {
    Set<Class<?>> pinned = new HashSet<>();
    schedulesOfEachKind().forEach(schedule -> pinned.add(schedule.getClass()));
    assertEquals(Set.of(Schedule.class.getPermittedSubclasses()), pinned, "each kind");
    for (Schedule schedule : schedulesOfEachKind()) {
      Digest digest = new Digest();
      for (int step = 0; step <= 80; step++) {
        digest.add(schedule.at(step / 8.0, 10));
      }
      pin("rates of " + schedule.canonical(), digest);
    }
  }

  private void stages() {
    Schedule rate = schedulesOfEachKind().get(2);
    DataAndSeed setup =
        new DataAndSeed(
            new DataSource("shapes", null, 64, 16, 16),
            new DataFacts("shapes", "d1", 16, 16, 3, 4, 64, 16, 32),
            1);
    List<Stage> kinds =
        List.of(
            new Train(MODELS.get(0), "t1", recipe(rate), 3),
            new Load("model.zip", "f1", null),
            new Prune(
                new BigDecimal("0.90"),
                WeightPruning.byMagnitude(Scope.FLAT),
                new KernelSelection(List.of("stem", "head.*"), true),
                List.of()),
            new FineTune(recipe(schedulesOfEachKind().get(0)), 2),
            new Cluster(16, new KernelSelection(List.of("stem"), false), false, List.of()),
            new Cluster(16, new KernelSelection(List.of("stem"), false), true, List.of()),
            new FineTune(recipe(schedulesOfEachKind().get(0)), 2, CentroidGradient.MEAN, List.of()),
            new FineTune(recipe(schedulesOfEachKind().get(3)), 2),
            gradual(null, CentroidGradient.SUM),
            gradual(100, CentroidGradient.MEAN),
            new Prune(
                new BigDecimal("0.9"),
                new WeightPruning(new RandomOrder(), Scope.LAYERWISE, Rounding.KEEP_HALF_EVEN),
                KernelSelection.standard(),
                List.of()),
            new PruneBelow(new BigDecimal("0.010"), KernelSelection.standard(), List.of()),
            new PruneFilters(filters(Scope.LAYERWISE, Rounding.FLOOR_KEEP), new L2Norm()),
            new PruneFiltersByImages(
                filters(Scope.FLAT, Rounding.FLOOR_KEEP_DOUBLE), new MeanActivation(), 512),
            clustering(CentroidInit.KMEANS_PLUS_PLUS, 0),
            clustering(CentroidInit.LINEAR, 10),
            new Prune(
                new BigDecimal("0.95"),
                WeightPruning.byMagnitude(Scope.FLAT),
                new KernelSelection(List.of("block?.*", "stem"), List.of(), false),
                List.of()),
            new Recalibrate(1000, List.of()),
            new QuantizeToInt8(1000, new BigDecimal("100"), List.of()),
            new QuantizeToInt8(64, new BigDecimal("99.90"), List.of()),
            new QuantizeParameters(NumberFormat.INT8_WEIGHTS),
            new QuantizeParameters(NumberFormat.FLOAT16),
            new DropBlocks(List.of("stage1.block2", "stage3.block2"), List.of()),
            new DropBlocksByImages(2, 256, List.of()),
            new ReplaceHead(List.of("dense 128"), 10, true, List.of()),
            new ReplaceHead(List.of(), 10, false, List.of()));
    Set<Class<?>> pinned = new HashSet<>();
    kinds.forEach(stage -> pinned.add(stage.getClass()));
    assertEquals(
        Set.of(
            Train.class,
            Load.class,
            Prune.class,
            PruneBelow.class,
            PruneFilters.class,
            PruneFiltersByImages.class,
            GradualPrune.class,
            FineTune.class,
            Recalibrate.class,
            QuantizeToInt8.class,
            QuantizeParameters.class,
            DropBlocks.class,
            DropBlocksByImages.class,
            ReplaceHead.class,
            Cluster.class),
        pinned);
    Reached from = null;
    for (Stage stage : kinds) {
      boolean starts = stage instanceof Train || stage instanceof Load;
      from = Reached.of(stage, setup, starts ? null : from);
      lines.add(from.id() + " " + stage.canonical().replace("\n", " | "));
    }
  }

  private static GradualPrune gradual(@Nullable Integer frequency, CentroidGradient centroids) {
    GradualSparsity sparsity =
        new GradualSparsity(
            new BigDecimal("0.50"),
            new BigDecimal("0.9"),
            new BigDecimal("3"),
            frequency,
            new BigDecimal("0.75"));
    return new GradualPrune(
        recipe(schedulesOfEachKind().get(0)),
        4,
        sparsity,
        WeightPruning.byMagnitude(Scope.LAYERWISE),
        new KernelSelection(List.of("stem"), false),
        centroids,
        List.of());
  }

  private static FilterShare filters(Scope scope, Rounding rounding) {
    KernelSelection layers = new KernelSelection(List.of("stem"), false);
    return new FilterShare(new BigDecimal("0.50"), scope, rounding, layers, List.of());
  }

  private static List<Schedule> schedulesOfEachKind() {
    BigDecimal initial = new BigDecimal("0.05");
    return List.of(
        new Schedule.Constant(initial, 2),
        new Schedule.Steps(initial, List.of(3, 7), new BigDecimal("0.1"), 1),
        new Schedule.Cosine(initial, 1),
        new Schedule.Rewound(new Schedule.Cosine(initial, 1), 12));
  }

  private static Recipe recipe(Schedule rate) {
    return new Recipe(rate, 16, new BigDecimal("0.9"), new BigDecimal("5.0e-4"), true, 2);
  }

  private static Model model(String architecture, String width) {
    return new Model(architecture, new BigDecimal(width));
  }

  private static List<Tensor> tensors(Model model) {
    return Initialization.of(network(model), 1);
  }

  private static Network network(Model model) {
    boolean grey = model.name().equals("mnist-cnn");
    int side = grey ? 28 : 32;
    DataFacts data = new DataFacts("any", "d1", side, side, grey ? 1 : 3, 10, 100, 10, 10);
    return Networks.of(model, data);
  }

  /** Values in steps of 1/64, so that many are equal and some are zero. */
  private static List<Tensor> withTies(List<Tensor> tensors) {
    List<Tensor> coarse = new ArrayList<>();
    for (Tensor tensor : tensors) {
      float[] values = tensor.values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.round(values[i] * 64) / 64f;
      }
      coarse.add(tensor.with(values));
    }
    return coarse;
  }

  private void pin(String what, Digest digest) {
    lines.add(digest.hex() + " " + what);
  }

  /** Numbers, bit for bit. */
  private static final class Digest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void add(float[] values) {
      ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
      buffer.asFloatBuffer().put(values);
      bytes.writeBytes(buffer.array());
    }

    void add(byte[] values) {
      bytes.writeBytes(values);
    }

    void add(int[] values) {
      ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
      buffer.asIntBuffer().put(values);
      bytes.writeBytes(buffer.array());
    }

    void add(double value) {
      bytes.writeBytes(ByteBuffer.allocate(8).putDouble(value).array());
    }

    String hex() {
      return StageId.sha256(bytes.toByteArray());
    }
  }
}
