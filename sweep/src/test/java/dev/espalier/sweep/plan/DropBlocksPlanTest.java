package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.step.DropBlocksStep;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.reshape.ResidualBlocks;
import dev.espalier.workers.stage.DropBlocks;
import dev.espalier.workers.stage.DropBlocksByImages;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans of sweeps that drop residual blocks. */
class DropBlocksPlanTest {
  private static final DataFacts DATA =
      new DataFacts("shapes", "ab".repeat(32), 32, 32, 3, 4, 3000, 1000, 1000);

  private static Plan plan(String architecture, String steps) throws ConfigException {
    String config =
        """
        name: small
        dataset: {name: shapes}
        model: {architecture: %s, width: 0.0625}
        baseline: {epochs: 2}
        pipelines:
          all: [%s]
        """
            .formatted(architecture, steps);
    return Plan.of(SpecFile.parse("x.yaml", config, List.of()), DATA);
  }

  @Test
  void blocksGoByNameOrByImages() throws ConfigException {
    Plan plan =
        plan(
            "resnet18",
            "{drop-blocks: [{count: [0, 2]}, {blocks: [[stage4.block2, 'stage1.*'], stage2.block2]}]},"
                + " {prune: 0.5}");
    List<Object> drops =
        plan.stages().stream()
            .<Object>map(planned -> planned.stage())
            .filter(stage -> stage instanceof DropBlocks || stage instanceof DropBlocksByImages)
            .toList();
    assertEquals(
        List.of(
            new DropBlocksByImages(2, 256, List.of()),
            new DropBlocks(List.of("stage1.block1", "stage1.block2", "stage4.block2"), List.of()),
            new DropBlocks(List.of("stage2.block2"), List.of())),
        drops);
    assertEquals(
        List.of(
            "s0.5-flat-ft0",
            "drop2-s0.5-flat-ft0",
            "drop-stage1.block1,stage1.block2,stage4.block2-s0.5-flat-ft0",
            "drop-stage2.block2-s0.5-flat-ft0"),
        plan.trials().stream()
            .map(trial -> trial.name().replace("resnet18-w0.0625-", "").replace("-seed1", ""))
            .toList());
    assertEquals(2, plan.trials().get(1).parameters().get("drop_blocks_count"));
    assertEquals("stage2.block2", plan.trials().get(3).parameters().get("drop_blocks"));
  }

  @Test
  void blocksThatANetworkHasNotAreNamedWithThoseThatItHas() {
    String there = "stage1.block1, stage1.block2, stage2.block2, stage3.block2, stage4.block2";
    assertEquals(
        List.of(
            "pipelines.all[0].drop-blocks: blocks: must name identity residual blocks of the network,"
                + " found block9, stage2.block1 (neither side of stage2.block1.add is what the other"
                + " one starts from); they are "
                + there
                + " (resnet18 w=0.0625)",
            "pipelines.all[2].drop-blocks: count: must be at most the 5 identity residual blocks of"
                + " the network, found 6; they are "
                + there
                + " (resnet18 w=0.0625)"),
        problems(
            "resnet18",
            "{drop-blocks: {blocks: [stage2.block1, stage1.block1, block9]}}, {fine-tune: 1},"
                + " {drop-blocks: 6}"));
    assertEquals(
        List.of(
            "pipelines.all[0].drop-blocks: count: must be at most the 0 identity residual blocks of"
                + " the network, found 1; they are none (mnist-cnn w=0.0625)"),
        problems("mnist-cnn", "{drop-blocks: 1}"));
  }

  @Test
  void blocksThatAreGoneAreNotThereForLaterSteps() {
    List<String> problems =
        problems(
            "resnet18",
            "{drop-blocks: {blocks: 'stage1.*'}}, {fine-tune: 1}, {drop-blocks: {blocks: stage1.block2}},"
                + " {fine-tune: 1}, {drop-blocks: 4}");
    assertEquals(2, problems.size());
    String there = "they are stage2.block2, stage3.block2, stage4.block2 (resnet18 w=0.0625)";
    assertTrue(problems.get(0).endsWith("found stage1.block2; " + there), problems.get(0));
    assertTrue(problems.get(1).endsWith("found 4; " + there), problems.get(1));
  }

  private static List<String> problems(String architecture, String steps) {
    return assertThrows(ConfigException.class, () -> plan(architecture, steps)).problems();
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "mobilenetv2"})
  void theReferenceNamesEveryBlockOfOurNetworks(String architecture) {
    Model model = new Model(architecture, BigDecimal.ONE);
    List<String> names = ResidualBlocks.of(Networks.of(model, DATA)).names();
    for (String name : names) {
      assertTrue(new DropBlocksStep().note().contains("`" + name + "`"), name);
    }
    assertTrue(names.size() >= 5);
  }
}
