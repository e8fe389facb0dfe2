package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.pareto.Interval;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.PointConfidence;
import dev.espalier.sweep.results.Cleaning;
import dev.espalier.sweep.results.FrontJson;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.Objectives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sweep of one seed that two more seeds extend. */
@Timeout(120)
class SeedsTest {
  private static final String GRID =
      "sparsity: [0, 0.5], scope: [flat], fine-tune-epochs: [0], centroids: [none, 4]";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static TinySweep one = TinySweep.in(Path.of(""));
  private static TinySweep three = TinySweep.in(Path.of(""));

  @BeforeAll
  static void runs() throws IOException {
    one = TinySweep.in(folder.resolve("one"));
    assertEquals(4, one.run(GRID).completed().size());
    read(one).writeFront(read(one).confidence());
    three = one.copy(folder.resolve("three"));
    Outcome outcome = three.run(GRID, "[1, 2, 3]", runner -> new InProcessExecutor(2, runner));
    assertEquals(12, outcome.completed().size());
    read(three).writeFront(read(three).confidence());
  }

  @Test
  void oneSeedHasRowsOfTrials() throws IOException {
    SweepSnapshot finished = read(one);
    Set<String> trials =
        finished.trials().stream().map(TrialResult::name).collect(Collectors.toSet());

    for (PointConfidence standing : confidence(one).points()) {
      assertTrue(trials.contains(standing.point().name()), standing.point().name());
      assertEquals(Interval.Over.IMAGES, standing.accuracy().over());
    }
  }

  @Test
  void threeSeedsAreRepetitionsOfAsManyConfigurations() throws IOException {
    SweepSnapshot finished = read(three);
    Confidence confidence = confidence(three);

    List<Point> all = confidence.front().all();
    assertEquals(4, all.size());
    Set<String> names = all.stream().map(Point::name).collect(Collectors.toSet());
    assertTrue(names.contains("resnet18-w0.0625-s0.5-flat-ft0-k4"), names.toString());
    for (Point point : all) {
      assertEquals(3, point.trials().size());
      double sum =
          finished.trials().stream()
              .filter(trial -> trial.name().startsWith(point.name() + "-seed"))
              .mapToDouble(trial -> trial.metrics().get("val/accuracy"))
              .sum();
      assertEquals(sum / 3, point.metrics().get("val/accuracy"), 1e-12);
    }
    assertTrue(
        confidence.points().stream().allMatch(s -> s.accuracy().over() == Interval.Over.SEEDS));
    assertEquals(
        confidence.points().size() + 1L,
        Files.readAllLines(three.out().resolve("front.csv")).size());
  }

  @Test
  void theReferenceStaysWhenSeedsAndObjectivesAreAdded() throws IOException {
    Path stored = three.out().resolve("reference.json");
    assertEquals(Files.readString(one.out().resolve("reference.json")), Files.readString(stored));
    JsonNode reference = JSON.readTree(stored.toFile());
    assertEquals(0, reference.get("maximize").get("val/accuracy").asDouble());
    double dense = reference.get("minimize").get("size/compressed_bytes").asDouble();
    assertEquals(
        read(one).trials().get(0).metrics().get("size/dense_bytes"), dense, "of the dense network");

    SweepSnapshot finished = read(three);
    Confidence byMacs =
        finished.confidence(
            finished.front(new Objectives(List.of("val/accuracy"), List.of("macs/nonzero"))));
    assertTrue(byMacs.hypervolume() > 0);
    assertEquals(2, JSON.readTree(stored.toFile()).size(), "looking writes nothing");
  }

  @Test
  void theVolumeIsMeasuredFromWhatIsStored() throws IOException {
    TinySweep copy = one.copy(folder.resolve("copy"));
    Path stored = copy.out().resolve("reference.json");
    String text = Files.readString(stored);
    double dense = JSON.readTree(text).get("minimize").get("size/compressed_bytes").asDouble();
    double[] volumes = new double[2];
    for (int i = 0; i < 2; i++) {
      // The dense network's file is a little larger than its weights, and counts from here on.
      double larger = (2 << i) * dense;
      Files.writeString(stored, text.replace(String.valueOf(dense), String.valueOf(larger)));
      volumes[i] = confidence(copy).hypervolume();
    }

    double best =
        confidence(copy).points().stream()
            .mapToDouble(standing -> standing.accuracy().mean())
            .max()
            .orElseThrow();
    assertEquals(best, volumes[1] - volumes[0], 1e-9, "one halving more");

    for (String broken : List.of("{", "{\"maximize\":{\"val/accuracy\":\"0\"}}")) {
      Files.writeString(stored, broken);
      String message =
          String.valueOf(assertThrows(RefusedException.class, () -> confidence(copy)).getMessage());
      assertTrue(message.contains("reference.json: must be JSON with a number"), message);
    }
  }

  @Test
  void jsonHasALineForEachTrialWithWhatItsConfigurationIs() throws IOException {
    Confidence confidence = confidence(three);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : FrontJson.lines(confidence, read(three).trials())) {
      lines.add(JSON.readTree(line));
    }

    assertEquals(3 * confidence.points().size(), lines.size());
    for (int i = 0; i < lines.size(); i++) {
      PointConfidence standing = confidence.points().get(i / 3);
      JsonNode front = lines.get(i).get("front");
      assertEquals(
          standing.point().name() + "-seed" + (1 + i % 3), lines.get(i).get("name").asText());
      assertEquals(standing.point().name(), front.get("configuration").asText());
      assertEquals(standing.accuracy().low(), front.get("accuracy_low").asDouble());
      assertEquals(standing.onFront(), front.get("p_front").asDouble());
      assertEquals("seeds", front.get("interval_over").asText());
      assertEquals(confidence.hypervolume(), front.get("hypervolume").asDouble());
    }
  }

  @Test
  void aClaimOfTheFrontKeepsTheNetworksOfAllSeeds() throws IOException {
    Set<String> kept = new HashSet<>(Cleaning.ofFront(read(three)).stages());

    for (PointConfidence standing : confidence(three).points()) {
      standing.point().trials().forEach(trial -> assertTrue(kept.contains(trial.trial())));
    }
    assertFalse(kept.isEmpty());
  }

  private static Confidence confidence(TinySweep sweep) throws IOException {
    SweepSnapshot finished = read(sweep);
    return finished.confidence(finished.front());
  }

  private static SweepSnapshot read(TinySweep sweep) throws IOException {
    return SweepSnapshot.read(new RunDirectory(sweep.out()));
  }
}
