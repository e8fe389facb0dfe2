package dev.espalier.sweep.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.StageId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Plans of the first edition: of each shipped config, of a grid with everything that it could say,
 * and of drawn configs, as main planned them before stages and steps were opened. A plan is its
 * {@code plan.json} with canonical texts, and parameters and scopes of every trial.
 */
class FirstEditionPlanTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path GOLDEN = Path.of("src/test/resources/dev/espalier/sweep/plan");

  private static final String EVERYTHING =
      """
      name: everything
      dataset: {name: cifar10, train: 4000, validation: 500}
      model:
        - {architecture: [resnet18, mobilenetv2], width: [0.25, 0.5]}
        - {architecture: mnist-cnn}
      baseline:
        epochs: 3
        learning-rate: {schedule: cosine, initial: 0.1, warm-up: 1}
        weight-decay: 0.001
      fine-tune:
        batch: 32
        learning-rate: {schedule: steps, initial: 0.02, at: [1, 2], factor: 0.5}
        augment: {flip: false, shift: 2}
      prune: {exclude-layers: ["stem*", output], depthwise: true}
      cluster: {exclude-layers: output}
      grid:
        sparsity: [0, 0.5, 0.90]
        scope: [flat, layerwise]
        fine-tune-epochs: [0, 1, 3]
        centroids: [none, 8, 16]
      exclude:
        - {architecture: mobilenetv2, sparsity: [0.5, 0.9], centroids: 8}
        - {fine-tune-epochs: 3, scope: layerwise}
      include:
        - {architecture: resnet18, width: 0.25, sparsity: 0.95, fine-tune-epochs: 5}
        - {sparsity: 0.99, centroids: [none, 4]}
      seeds: [1, 7]
      """;

  /** The configs that the first edition came with; of the quickstart, as it was then. */
  private static final List<Path> SHIPPED =
      List.of(
          Path.of("../configs/cifar10-mobilenetv2.yaml"),
          Path.of("../configs/cifar10-resnet18.yaml"),
          Path.of("../configs/mnist-cnn.yaml"),
          GOLDEN.resolve("quickstart.yaml"));

  @Test
  void areWhatTheyWere() throws Exception {
    List<String> found = plans();
    Path golden = GOLDEN.resolve("first-edition.txt");
    List<String> expected = Files.readAllLines(golden);
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), found.get(i), "line " + (i + 1));
    }
  }

  /** The shipped configs and everything line by line, drawn ones by their digest. */
  private static List<String> plans() throws ConfigException, IOException {
    List<String> lines = new ArrayList<>();
    for (Path config : SHIPPED) {
      digest(config.getFileName().toString(), SpecFile.read(config, List.of()), lines);
    }
    SweepSpec everything = SpecFile.parse("everything.yaml", EVERYTHING, List.of());
    digest("everything", everything, lines);
    SweepSpec few =
        SpecFile.parse(
            "few.yaml", EVERYTHING, List.of("seeds=[3]", "grid.sparsity=[0.5]", "include=[]"));
    lines.addAll(plan(few));
    for (String drawn : Files.readString(GOLDEN.resolve("drawn.txt")).split("---\n", -1)) {
      SweepSpec spec = SpecFile.parse("drawn.yaml", drawn, List.of());
      digest(spec.name(), spec, lines);
    }
    return lines;
  }

  private static void digest(String name, SweepSpec spec, List<String> lines)
      throws ConfigException, JsonProcessingException {
    List<String> plan = plan(spec);
    byte[] text = String.join("\n", plan).getBytes(StandardCharsets.UTF_8);
    lines.add("%s: %d lines, %s".formatted(name, plan.size(), StageId.sha256(text)));
  }

  private static List<String> plan(SweepSpec spec) throws ConfigException, JsonProcessingException {
    DataFacts data =
        new DataFacts(spec.dataset().name(), "ab".repeat(32), 32, 32, 3, 10, 4000, 500, 1000);
    Plan plan = Plan.of(spec, data);
    ObjectNode json = JSON.valueToTree(PlanFile.of(plan));
    List<String> lines = new ArrayList<>();
    lines.add(json.get("data").toString() + json.get("input"));
    for (JsonNode stage : json.get("stages")) {
      lines.add(stage.toString());
    }
    for (JsonNode trial : json.get("trials")) {
      lines.add(trial.toString());
    }
    for (Trial trial : plan.trials()) {
      lines.add(JSON.valueToTree(trial.parameters()) + " " + trial.standsFor());
    }
    return lines;
  }
}
