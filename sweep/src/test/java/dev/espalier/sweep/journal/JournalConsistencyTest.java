package dev.espalier.sweep.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.HashRunner;
import dev.espalier.sweep.run.InProcessExecutor;
import dev.espalier.sweep.run.Recording;
import dev.espalier.sweep.run.SmallPlan;
import dev.espalier.sweep.run.Sweep;
import dev.espalier.workers.checkpoint.CheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A journal that was changed by hand is refused with the line, by those who read and by runs. */
class JournalConsistencyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void oneSweep() throws IOException {
    run(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"val/accuracy", "test/accuracy"})
  void anAccuracyThatIsNotTheShareOfRightImages(String metric) throws IOException {
    edit("stages.jsonl", 3, line -> metrics(line).put(metric, 0.9876));
    assertRefused(
        "stages.jsonl:3: must be a line of the journal, found "
            + metric
            + " must be the share of correctly classified images, ");
  }

  @Test
  void theLastLineIsNoExceptionUnlessItIsTorn() throws IOException {
    int last = Files.readAllLines(folder.resolve("stages.jsonl")).size();
    edit("stages.jsonl", last, line -> metrics(line).put("val/accuracy", 0.9876));
    assertRefused("stages.jsonl:" + last + ": must be a line of the journal, found val/accuracy ");
  }

  @Test
  void outcomesOfOtherImages() throws IOException {
    edit("stages.jsonl", 2, line -> ((ObjectNode) line.get("correct")).put("val", "AAAA"));
    assertRefused(
        "stages.jsonl:2: must be a line of the journal, found correct.val: outcomes of 1000 images must be 125 bytes, found 3; ");
    edit("stages.jsonl", 2, line -> ((ObjectNode) line.get("correct")).put("val", "no base 64"));
    assertRefused("stages.jsonl:2: must be a line of the journal, found correct.val: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparsity/achieved", "values/max", "layers/collapsed"})
  void metricsThatAreNotThoseOfTheLayers(String metric) throws IOException {
    edit("stages.jsonl", 1, line -> metrics(line).put(metric, 0.125));
    assertRefused("stages.jsonl:1: must be a line of the journal, found " + metric + " must be ");
  }

  @Test
  void aSizeThatIsNotTheLengthOfTheFile() throws IOException {
    edit(
        "stages.jsonl",
        1,
        line ->
            ((ObjectNode) line.get("files"))
                .putObject("network")
                .put("name", "network-1.esp")
                .put("sha256", "0")
                .put("bytes", 12));
    assertRefused("stages.jsonl:1: must be a line of the journal, found size/compressed_bytes ");
  }

  @Test
  void aTrialThatIsNotItsLastStage() throws IOException {
    edit("results.jsonl", 2, line -> metrics(line).put("val/accuracy", 0.9876));
    assertRefused(
        "results.jsonl:2: must be a line of the journal, found the metrics must be those of stage ");
  }

  @Test
  void aTrialOfAnotherPath() throws IOException {
    edit("results.jsonl", 1, line -> line.withArray("path").remove(0).findPath("x"));
    assertRefused(
        "results.jsonl:1: must be a line of the journal, found the metrics must be those of stage ");
    edit(
        "results.jsonl",
        1,
        line -> line.withArray("path").remove(line.withArray("path").size() - 1).findPath("x"));
    assertRefused(
        "results.jsonl:1: must be a line of the journal, found the last stage of a trial must have its id, ");
  }

  @Test
  void aResultInTheStoreThatContradictsItselfIsNotTakenOver() throws IOException {
    CheckpointStore store = directory().store();
    Path stage = Path.of(store.root()).resolve(store.stages().get(0).hex());
    Path file = stage.resolve("result.json");
    ObjectNode result = (ObjectNode) JSON.readTree(Files.readString(file));
    metrics(result).put("val/accuracy", 0.9876);
    Files.writeString(file, result.toString());
    Files.delete(folder.resolve("stages.jsonl"));
    Files.delete(folder.resolve("results.jsonl"));
    String message = "" + assertThrows(RefusedException.class, () -> run(folder)).getMessage();
    assertTrue(message.startsWith(file + ": val/accuracy must be the share of "), message);
    assertTrue(message.endsWith("remove that folder, and the next run makes the stage again"));
  }

  @Test
  void aLineThatIsRemovedIsWrittenAgain() throws IOException {
    String before = Files.readString(folder.resolve("results.jsonl"));
    edit("results.jsonl", 2, line -> metrics(line).put("val/accuracy", 0.9876));
    List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("results.jsonl")));
    lines.remove(1);
    Files.write(folder.resolve("results.jsonl"), lines);
    run(folder);
    assertEquals(
        before.lines().sorted().toList(),
        Files.readAllLines(folder.resolve("results.jsonl")).stream().sorted().toList());
  }

  private void assertRefused(String problem) {
    for (boolean runs : List.of(false, true)) {
      String message =
          ""
              + assertThrows(
                      RefusedException.class,
                      () -> {
                        if (runs) {
                          run(folder);
                        } else {
                          SweepSnapshot.read(directory());
                        }
                      })
                  .getMessage();
      assertTrue(message.startsWith(folder + "/" + problem), message);
      assertTrue(
          message.endsWith("restore it from a copy, or remove it: the next run writes it again"),
          message);
    }
  }

  private void edit(String file, int number, Consumer<ObjectNode> change) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve(file)));
    ObjectNode line = (ObjectNode) JSON.readTree(lines.get(number - 1));
    change.accept(line);
    lines.set(number - 1, line.toString());
    Files.write(folder.resolve(file), lines);
  }

  private static ObjectNode metrics(ObjectNode line) {
    return (ObjectNode) line.get("metrics");
  }

  private RunDirectory directory() {
    return new RunDirectory(folder);
  }

  private static void run(Path out) throws IOException {
    RunDirectory directory = RunDirectory.create(out);
    HashRunner runner = HashRunner.faultless(directory.store(), out.resolve("notes"), 0);
    new Sweep(
            SmallPlan.spec(),
            SmallPlan.usual(),
            directory,
            () -> new InProcessExecutor(2, runner),
            HashRunner.HERE,
            new Sweep.Options(false, false, stage -> 1, null, null),
            new Recording())
        .run();
  }
}
