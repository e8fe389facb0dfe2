package dev.espalier.sweep.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.HashRunner;
import dev.espalier.sweep.run.InProcessExecutor;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.Recording;
import dev.espalier.sweep.run.SmallPlan;
import dev.espalier.sweep.run.Sweep;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Normalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder goes on with the sweep that it began with, or not at all. */
class UnchangedTest {
  private static final List<String> SPARSITIES = List.of("0.5", "0.9");
  private static final DataFacts OTHER =
      new DataFacts("shapes", "d2", 32, 32, 3, 4, 100, 1000, 1000);

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void oneSweep() throws IOException {
    run(SmallPlan.usual());
  }

  @Test
  void otherImagesUnderTheSameNameAreRefused() throws IOException {
    assertRefused(
        SmallPlan.of(SPARSITIES, List.of(1, 3), OTHER, List.of()),
        "\n  dataset: the images of shapes had the digest d1, found d2\n");
  }

  @Test
  void otherImagesAreRefusedThoughNoTrialIsTheSame() throws IOException {
    assertRefused(
        SmallPlan.of(List.of("0.7"), List.of(2), OTHER, List.of()),
        "\n  dataset: the images of shapes had the digest d1, found d2\n");
  }

  @Test
  void anotherSplitIsRefused() throws IOException {
    DataFacts fewer = new DataFacts("shapes", "d1", 32, 32, 3, 4, 90, 1000, 1000);
    assertRefused(
        SmallPlan.of(SPARSITIES, List.of(1, 3), fewer, List.of()),
        "\n  dataset: there were 100 training, 1000 validation and 1000 test images of 32x32x3 in 4 classes, found 90 training, ");
  }

  /** As a newer version does whose canonical text of a step has one word more. */
  @Test
  void aStepThatMeansSomethingElseNowIsRefusedAndNamed() throws IOException {
    assertRefused(
        SmallPlan.of(SPARSITIES, List.of(1, 3), SmallPlan.DATA, List.of("word")),
        "; to this version of espalier it is \"cluster 16 by layer, zeros apart, exclude word, depthwise false\", before it was \"cluster 16 by layer, zeros apart, exclude , depthwise false\"\n");
  }

  /** As by a newer version that honours what the file of a network says. */
  @Test
  void anotherNormalizationOfTheImagesIsNamed() {
    PlanFile before = PlanFile.of(SmallPlan.usual());
    Normalization half = new Normalization(List.of(new Normalization.Channel(0.5, 0.25)));
    PlanFile now = new PlanFile(before.data(), half, before.stages(), before.trials());
    assertEquals(
        List.of(
            "baseline.input: images were normalized by mean and deviation of the training images,"
                + " found mean 0.5 and deviation 0.25; baseline.input may say what it was"),
        Unchanged.reasons(before, now));
    assertEquals(List.of(), Unchanged.reasons(now, now));
  }

  @Test
  void ofManyStagesThreeAreNamed() throws IOException {
    assertRefused(
        SmallPlan.of(SPARSITIES, List.of(1, 3), SmallPlan.DATA, List.of("word")),
        "\n  and 1 more stages\n");
  }

  @Test
  void aFolderWhoseSpecAndPlanAreGoneIsKnownByItsJournal() throws IOException {
    Files.delete(folder.resolve("plan.json"));
    assertRefused(
        SmallPlan.of(SPARSITIES, List.of(1, 3), SmallPlan.DATA, List.of("word")),
        "\n  stage cluster 0.5 epoch 1: it had the id ");
  }

  /** Written by a version that did not note the texts of stages. */
  @Test
  void anOlderPlanIsComparedById() throws IOException {
    Path file = folder.resolve("plan.json");
    ObjectNode plan = (ObjectNode) new ObjectMapper().readTree(Files.readString(file));
    plan.get("stages").forEach(stage -> ((ObjectNode) stage).remove("text"));
    Files.writeString(file, plan.toString());
    assertRefused(
        SmallPlan.of(SPARSITIES, List.of(1, 3), SmallPlan.DATA, List.of("word")),
        "; it was planned by another version of espalier, or from another file\n");
    run(SmallPlan.usual());
  }

  @Test
  void aWiderOrNarrowerGridGoesOn() throws IOException {
    assertEquals(2, run(SmallPlan.of(List.of("0.5"), List.of(1))).completed().size());
    Plan wider = SmallPlan.of(List.of("0.5", "0.7", "0.9"), List.of(1, 2, 3));
    assertEquals(18, run(wider).completed().size());
    assertEquals(8, run(SmallPlan.usual()).completed().size());
  }

  private void assertRefused(Plan plan, String reason) throws IOException {
    SweepSnapshot before =
        files().containsKey("plan.json") ? SweepSnapshot.read(directory()) : null;
    Map<String, String> files = files();
    String message = "" + assertThrows(RefusedException.class, () -> run(plan)).getMessage();
    assertTrue(
        message.startsWith(folder + ": must be the folder of this sweep, found results of other "),
        message);
    assertTrue(message.contains(reason), message);
    assertTrue(message.endsWith("use another --out, or another name (--set name=...)"), message);
    assertEquals(files, files(), "nothing is written");
    if (before != null) {
      assertEquals(before, SweepSnapshot.read(directory()));
    }
  }

  private RunDirectory directory() {
    return new RunDirectory(folder);
  }

  private Outcome run(Plan plan) throws IOException {
    HashRunner runner = HashRunner.faultless(directory().store(), folder.resolve("notes"), 0);
    return new Sweep(
            SmallPlan.spec(),
            plan,
            RunDirectory.create(folder),
            () -> new InProcessExecutor(2, runner),
            HashRunner.HERE,
            new Sweep.Options(false, false, stage -> 1, null, null),
            new Recording())
        .run();
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(path).toString(), Files.readString(path));
      }
    }
    return files;
  }
}
