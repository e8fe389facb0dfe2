package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.spec.step.PlannedNetwork;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.stage.Cluster;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
  private static final Path CIFAR10 = Path.of("../configs/cifar10-resnet18.yaml");

  static final DataFacts DATA =
      new DataFacts("cifar10", "ab".repeat(32), 32, 32, 3, 10, 45_000, 5_000, 10_000);

  private static final String SMALL =
      """
      name: small
      dataset: {name: cifar10}
      model: {architecture: resnet18, width: 0.25}
      baseline: {epochs: 2}
      grid: {sparsity: 0.5, fine-tune-epochs: [0, 1, 3], centroids: [none, 16]}
      """;

  private static Plan cifar10(String... overrides) throws ConfigException {
    return Plan.of(SpecFile.read(CIFAR10, List.of(overrides)), DATA);
  }

  private static Plan small(String... overrides) throws ConfigException {
    return Plan.of(SpecFile.parse("x.yaml", SMALL, List.of(overrides)), DATA);
  }

  private static Set<StageId> ids(Plan plan) {
    return plan.stages().stream()
        .map(PlannedStage::id)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Trial named(Plan plan, String name) {
    return plan.trials().stream()
        .filter(trial -> trial.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not planned"));
  }

  private static PlannedStage labelled(Plan plan, String label) {
    return plan.stages().stream()
        .filter(stage -> stage.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new AssertionError(label + " is not planned"));
  }

  @Test
  void needsAnEighteenthOfTheEpochsForTheGridOfTheDesign() throws ConfigException {
    Plan plan = cifar10();
    assertEquals(90, plan.cells());
    assertEquals(81, plan.trials().size());
    assertEquals(81, plan.stages().size());
    assertEquals(33, plan.epochsShared());
    assertEquals(594, plan.epochsSeparate());
    assertEquals(18 * plan.epochsShared(), plan.epochsSeparate());
  }

  @Test
  void makesOneTrialOfBothScopesWhereNothingIsPruned() throws ConfigException {
    Plan plan = cifar10();
    Trial dense = plan.trials().get(0);
    assertEquals("resnet18-w0.25-s0-ft0-seed1", dense.name());
    assertEquals(List.of(Scope.FLAT, Scope.LAYERWISE), dense.standsFor());
    assertEquals("none", dense.parameters().get("scope"));
    assertEquals(1, dense.path().size());
    assertEquals(9, plan.trials().stream().filter(trial -> trial.standsFor().size() == 2).count());
    assertEquals(72, plan.trials().stream().filter(trial -> trial.standsFor().isEmpty()).count());
    Plan cut = cifar10("exclude={sparsity: 0, scope: flat, centroids: none}");
    Trial left = named(cut, "resnet18-w0.25-s0-ft0-seed1");
    assertEquals(List.of(Scope.LAYERWISE), left.standsFor());
    assertEquals(dense.id(), left.id());
    assertEquals(81, cut.trials().size());
    assertEquals(87, cut.cells());
  }

  @Test
  void namesATrialByItsParameters() throws ConfigException {
    Trial trial = named(cifar10(), "resnet18-w0.25-s0.9-flat-ft3-k16-seed1");
    assertEquals(
        List.of(
            Map.entry("model", "resnet18"),
            Map.entry("width", new BigDecimal("0.25")),
            Map.entry("sparsity", new BigDecimal("0.9")),
            Map.entry("scope", "flat"),
            Map.entry("fine_tune_epochs", 3),
            Map.entry("centroids", 16),
            Map.entry("seed", 1L)),
        List.copyOf(trial.parameters().entrySet()));
    assertEquals(4, trial.path().size());
    assertEquals(trial.id(), trial.path().get(3));
  }

  @Test
  void namesAreUniqueWithCloseValues() throws ConfigException {
    Plan plan =
        cifar10("grid.sparsity=[0.9, 0.90001, 0.900010001, 0.09, 1e-9]", "seeds=[1, 11, 111]");
    Set<String> names = new HashSet<>();
    plan.trials().forEach(trial -> assertTrue(names.add(trial.name()), trial.name()));
    assertEquals(5 * 2 * 3 * 3 * 3, names.size());
  }

  @Test
  void fineTuningIsAChainThatAnyEpochMayJoin() throws ConfigException {
    Plan plan = small();
    PlannedStage prune = labelled(plan, "prune resnet18 w=0.25 s=0.5 flat");
    PlannedStage one = labelled(plan, "fine-tune resnet18 w=0.25 s=0.5 flat epoch 1");
    PlannedStage three = labelled(plan, "fine-tune resnet18 w=0.25 s=0.5 flat epoch 2-3");
    assertEquals(prune.id(), one.from());
    assertEquals(prune.id(), three.from());
    assertEquals(List.of(), one.earlier());
    assertEquals(List.of(one.id()), three.earlier());
    assertEquals(one.id(), three.parent());
    assertTrue(one.keepsUpdater());
    assertFalse(three.keepsUpdater());
    assertEquals(1, plan.ownEpochs(one));
    assertEquals(2, plan.ownEpochs(three));

    Plan longer = small("grid.fine-tune-epochs=[3, 0, 2, 1]");
    Set<StageId> fresh = new LinkedHashSet<>(ids(longer));
    fresh.removeAll(ids(plan));
    assertTrue(ids(longer).containsAll(ids(plan)));
    assertEquals(2, fresh.size(), "fine-tuning to 2, and clustering after it");
    PlannedStage last = labelled(longer, "fine-tune resnet18 w=0.25 s=0.5 flat epoch 3");
    PlannedStage two = labelled(longer, "fine-tune resnet18 w=0.25 s=0.5 flat epoch 2");
    assertEquals(three.id(), last.id());
    assertEquals(List.of(two.id(), one.id()), last.earlier());
    assertTrue(two.keepsUpdater());
    assertTrue(longer.stage(one.id()).keepsUpdater());
    assertEquals(plan.epochsShared(), longer.epochsShared());
  }

  @Test
  void aScheduleWithAHorizonSharesNoEpochs() throws ConfigException {
    Plan plan = small("fine-tune.learning-rate={schedule: cosine, initial: 0.01}");
    assertTrue(plan.stages().stream().allMatch(stage -> stage.earlier().isEmpty()));
    assertTrue(plan.stages().stream().noneMatch(PlannedStage::keepsUpdater));
    assertEquals(2 + 1 + 3, plan.epochsShared());
    assertTrue(PlanSummary.lines(plan).get(3).contains("share no epochs"));
  }

  @Test
  void putsParentsFirstAndKnowsTheWayToALeaf() throws ConfigException {
    Plan plan = small("grid.fine-tune-epochs=[3, 1, 0]", "seeds=[1, 2]");
    List<StageId> order = new ArrayList<>();
    for (PlannedStage stage : plan.stages()) {
      StageId parent = stage.parent();
      if (parent != null) {
        assertTrue(order.contains(parent), stage.label());
        assertTrue(plan.children(parent).contains(stage), stage.label());
      }
      order.add(stage.id());
    }
    PlannedStage train = plan.stages().get(0);
    assertNull(train.parent());
    // Training, pruning, fine-tuning to 1 and to 3, clustering.
    assertEquals(5.0, plan.costToLeaf(stage -> 1.0).get(train.id()));
    assertEquals(2.0 + 3.0, plan.costToLeaf(plan::ownEpochs).get(train.id()));
  }

  @Test
  void seedsMultiplyAndShareNothing() throws ConfigException {
    Plan one = cifar10();
    Plan two = cifar10("seeds=[1, 2]");
    assertEquals(2 * one.trials().size(), two.trials().size());
    assertEquals(2 * one.epochsShared(), two.epochsShared());
    assertTrue(ids(two).containsAll(ids(one)));
    assertTrue(labelled(two, "train resnet18 w=0.25 epoch 1-6 seed 2").setup().seed() == 2);
  }

  @Test
  void plansEachNetworkOnItsOwn() throws ConfigException {
    Plan plan = small("model={architecture: [resnet18, mobilenetv2], width: [0.25, 0.5]}");
    assertEquals(4 * small().stages().size(), plan.stages().size());
    assertEquals("mobilenetv2-w0.5-s0.5-flat-ft3-k16-seed1", plan.trials().get(23).name());
  }

  @Test
  void theFirstTextSaysAllThatShapesTheWeights() throws ConfigException {
    Stage train = cifar10().stages().get(0).stage();
    String digest = Networks.of(new Model("resnet18", new BigDecimal("0.25")), DATA).digest();
    assertEquals(
        "train "
            + digest
            + "\nrate cosine 0.05 warm-up 0, batch 64, nesterov 0.9, l2 0.0005, flip true, shift 4"
            + "\nepoch 6 horizon 6",
        train.canonical());
  }

  /** If an id changes here, no sweep can be resumed by the new version. */
  @Test
  void idsAreWhatTheyWere(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("my net.v2.zip"), "network");
    String text =
        "name: own\ndataset: {name: cifar10}\nbaseline: {from: \""
            + file
            + "\", batch: 64}\n"
            + "prune: {exclude-layers: [stem, fc]}\n"
            + "grid: {sparsity: 0.90, fine-tune-epochs: [1, 3], centroids: [none, 16]}\n";
    Plan plan = Plan.of(SpecFile.parse("x.yaml", text, List.of()), DATA);
    List<Stage> stages = plan.stages().stream().map(PlannedStage::stage).toList();
    assertEquals(
        "prune 0.9 flat by magnitude, half up, ties by index\nexclude fc,stem\ndepthwise false",
        stages.get(1).canonical());
    assertEquals(
        "fine-tune rate constant 0.005 warm-up 0, batch 64, nesterov 0.9, l2 0.0005, flip true,"
            + " shift 4\nepoch 3",
        stages.get(4).canonical());
    assertEquals(
        "cluster 16 by layer, zeros apart\nexclude fc,stem\ndepthwise false",
        stages.get(5).canonical());
    // Computed by hand with sha256 over these texts.
    assertEquals(
        List.of(
            "load my-net.v2 2877b092bfdf79b7ac097d52fc9286c0a79b7f140110bb8f94320e346c181087",
            "prune my-net.v2 s=0.9 flat 189845614145c098cc1df60366029e2bd356b0dc3f50fef284b17ff4fb8b01a9",
            "fine-tune my-net.v2 s=0.9 flat epoch 1 a2bd4e6b6b9d0d5008288fef4756121a1a688fb90757194c9046cf7ede564f63",
            "cluster my-net.v2 s=0.9 flat ft=1 k=16 7f2a9c772331982174122befd8b9b1e72bb944f2f2a3cc4ecaa43914e4e9c793",
            "fine-tune my-net.v2 s=0.9 flat epoch 2-3 6179c4cf34b85717edf13aada52b8f89c9b4dff27627a87ce993d2036dd4875d",
            "cluster my-net.v2 s=0.9 flat ft=3 k=16 72d36fc13dc17cb95f8fba6f6fad8be040ab54cfb93c42e3f82f4a551c9a7d86"),
        plan.stages().stream().map(stage -> stage.label() + " " + stage.id()).toList());
    assertEquals("my-net.v2-s0.9-flat-ft3-k16-seed1", plan.trials().get(3).name());
    assertNull(plan.trials().get(3).parameters().get("width"));
    assertEquals("my-net.v2", plan.trials().get(3).parameters().get("model"));
  }

  /** Only codebooks of layers of more than 4,096 weights are not what they were. */
  @Test
  void textsSayWhereLayersWithManyWeightsShareValues(@TempDir Path folder) throws Exception {
    String few = "cluster 16 by layer, zeros apart\nexclude \ndepthwise false";
    String many = few + "\nabove 4096 weights by cells of equal error";
    assertEquals(many, clusterText(small()));
    assertEquals(many, clusterText(small("model.architecture=mobilenetv2")));
    assertEquals(few, clusterText(small("model.architecture=mnist-cnn", "model.width=0.05")));
    assertEquals(
        few.replace("exclude ", "exclude *"),
        clusterText(small("cluster={exclude-layers: ['*']}")));
    Path file = Files.writeString(folder.resolve("own.zip"), "network");
    String own =
        "name: own\ndataset: {name: cifar10}\nbaseline: {from: \"%s\"}\ngrid: {centroids: 16}\n"
            .formatted(file);
    SweepSpec spec = SpecFile.parse("x.yaml", own, List.of());
    for (int inputs : new int[] {16, 17}) {
      Parameter kernel = Parameter.kernel("fc/W", Tensor.Kind.DENSE, List.of(256, inputs), 1);
      Plan plan =
          Plan.of(
              spec,
              DATA,
              new OwnFile("f1", null, 0, PlannedNetwork.of(List.of(kernel), null, 10), List.of()));
      assertEquals(inputs == 16 ? few : many, clusterText(plan));
    }
  }

  private static String clusterText(Plan plan) {
    return plan.stages().stream()
        .map(PlannedStage::stage)
        .filter(Cluster.class::isInstance)
        .map(Stage::canonical)
        .distinct()
        .collect(Collectors.joining(" and "));
  }

  @Test
  void refusesWhatCannotBeBuilt() {
    assertEquals(
        List.of(
            "model.width: must leave every layer at least 1 channel, found 0.001, which leaves none"
                + " of the 64 of stem.conv (resnet18)",
            "model.width: must leave every layer at least 1 channel, found 0.001, which leaves none"
                + " of the 32 of conv1 (mnist-cnn)"),
        problems("model={architecture: [resnet18, mnist-cnn], width: [0.001]}"));
    assertEquals(
        List.of(
            "model.width: must give different networks, found 0.2501, which gives the same resnet18"
                + " as 0.25"),
        problems("model.width=[0.25, 0.2501, 0.5]"));
  }

  @Test
  void saysThatTheOwnNetworkCannotBeRead(@TempDir Path folder) {
    String file = folder.resolve("none.zip").toString();
    String text =
        "name: own\ndataset: {name: cifar10}\nbaseline: {from: \""
            + file
            + "\"}\n"
            + "grid: {sparsity: 0.5}\n";
    ConfigException e =
        assertThrows(
            ConfigException.class, () -> Plan.of(SpecFile.parse("x.yaml", text, List.of()), DATA));
    assertEquals(
        List.of("baseline.from: must be a file that can be read, found " + file), e.problems());
  }

  private static List<String> problems(String... overrides) {
    return assertThrows(ConfigException.class, () -> small(overrides)).problems();
  }

  @Test
  void summarizesWhatSharingSaves() throws ConfigException {
    assertEquals(
        List.of(
            "trials: 81 of 90 cells; where sparsity is 0, flat and layerwise are one trial",
            "stages: 81 (1 train, 8 prune, 18 fine-tune, 54 cluster)",
            "training epochs: 33; 594 without sharing (1/18)"),
        PlanSummary.lines(cifar10()));
    assertEquals(
        List.of(
            "trials: 6 of 6 cells",
            "stages: 7 (1 train, 1 prune, 2 fine-tune, 3 cluster)",
            "training epochs: 5; 20 without sharing (1/4)"),
        PlanSummary.lines(small()));
  }
}
