package dev.espalier.sweep.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.CommittedFile;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.FrontSvg;
import dev.espalier.sweep.pareto.Interval;
import dev.espalier.sweep.pareto.Knee;
import dev.espalier.sweep.pareto.Outcomes;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.Selection;
import dev.espalier.sweep.pareto.SelectionRule;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.Objectives;
import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docs/measured.md and docs/quantization.md say of the two committed sweeps of CIFAR-10. */
class MeasuredFrontsTest {
  private static final Path DOCS = Path.of("../docs");
  private static final String RESNET18 = "cifar10-resnet18";
  private static final String PRUNING = "cifar10-pruning";

  @ParameterizedTest
  @CsvSource({
    "size/compressed_bytes, front.svg",
    "memory/flash_bytes, front-flash.svg",
    "size/int8_bytes, front-int8.svg",
    "macs/nonzero, front-macs.svg"
  })
  void thePictureIsOfTheCommittedResults(String cost, String name) throws IOException {
    CommittedFile.assertHolds(
        FrontSvg.of(front(PRUNING, cost), PRUNING), DOCS.resolve(PRUNING).resolve(name));
  }

  @ParameterizedTest
  @CsvSource({
    "cifar10-resnet18, '## ResNet18, weights and shared values', size/compressed_bytes",
    "cifar10-pruning, By `size/compressed_bytes`, size/compressed_bytes",
    "cifar10-pruning, By `memory/flash_bytes`, memory/flash_bytes",
    "cifar10-pruning, By `size/int8_bytes`, size/int8_bytes",
    "cifar10-pruning, By `macs/nonzero`, macs/nonzero"
  })
  void theTableHasNamesAccuraciesWithIntervalsAndCosts(String sweep, String before, String cost)
      throws IOException {
    List<String> rows =
        lines("measured.md")
            .dropWhile(line -> !line.startsWith(before))
            .dropWhile(line -> !line.startsWith("| resnet18-"))
            .takeWhile(line -> line.startsWith("| "))
            .toList();
    List<Point> points = front(sweep, cost).points();
    assertEquals(points.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      Point point = points.get(i);
      List<String> cells = cells(rows.get(i));
      assertEquals(point.name(), cells.get(1));
      assertEquals(
          Figures.fraction(Interval.of(point, Metrics.VAL_ACCURACY)), cells.get(2), point.name());
      assertEquals(Figures.text("%.4f", point.metrics().get(Metrics.TEST_ACCURACY)), cells.get(3));
      String exactly = Figures.text("%.0f", point.metrics().get(cost));
      assertTrue(cells.contains(exactly), () -> exactly + " is not in " + cells);
    }
  }

  /** What the page says of the front by the other size in 8-bit integers. */
  @Test
  void theFrontByFilesOfIntegersIsThatByFlashButForTheDenseNetwork() throws IOException {
    List<String> byFlash = names(front(PRUNING, Metrics.FLASH_BYTES));
    assertEquals(
        byFlash.subList(0, byFlash.size() - 1),
        names(front(PRUNING, Metrics.SIZE_TFLITE_INT8_BYTES)));
    assertEquals("resnet18-w0.25-s0-ft0-seed1", byFlash.get(byFlash.size() - 1));
  }

  /** Each row has accuracies, deviation and MACs of one trial, controls among them. */
  @Test
  void theTableOfMethodsHasFiguresOfTheCommittedResults() throws IOException {
    Front front = front(PRUNING, Metrics.SIZE_COMPRESSED_BYTES);
    List<String> known =
        Stream.concat(front.all().stream(), front.controls().stream())
            .map(
                point ->
                    Figures.text(
                        "%.4f %.4f %.4f %.1f M",
                        point.metrics().get(Metrics.VAL_ACCURACY),
                        point.metrics().get(Metrics.TEST_ACCURACY),
                        point.metrics().get(Metrics.OUTPUT_DEVIATION),
                        point.metrics().get(Metrics.MACS_NONZERO) / 1e6))
            .toList();
    List<String> rows =
        lines("measured.md")
            .dropWhile(line -> !line.startsWith("| | val accuracy | test accuracy | deviation"))
            .skip(2)
            .takeWhile(line -> line.startsWith("| "))
            .toList();
    assertEquals(16, rows.size());
    for (String row : rows) {
      List<String> cells = cells(row);
      String figures =
          String.join(" ", cells.get(2), cells.get(3), cells.get(4), cells.get(cells.size() - 2));
      assertTrue(known.contains(figures), row);
    }
  }

  /** Of two networks each: by whose rounding, and with how many scales. */
  @Test
  void theComparisonsOfQuantizationHaveFiguresOfTheCommittedResults() throws IOException {
    Map<String, Point> points = new HashMap<>();
    front(PRUNING, Metrics.SIZE_COMPRESSED_BYTES).all().forEach(p -> points.put(p.name(), p));
    List<String> page = lines("quantization.md").toList();
    for (String[] pair :
        new String[][] {
          {"| ResNet18 0.25, int8 |", "s0-ft0", "s0-ft0-int8"},
          {"| the same, 90 % pruned, ", "s0.9-flat-ft1-k16", "s0.9-flat-ft1-k16-int8"}
        }) {
      List<String> cells = row(page, pair[0]);
      assertEquals(figure(points, pair[2], Metrics.TEST_ACCURACY), cells.get(2));
      assertEquals(figure(points, pair[1], Metrics.TEST_ACCURACY), cells.get(5));
    }
    for (String[] pair :
        new String[][] {
          {"| ResNet18 0.25, 16 values |", "s0-ft0-k16", "s0-ft0-k16-int8"},
          {"| 90 % pruned, 16 values |", "s0.9-flat-ft1-k16", "s0.9-flat-ft1-k16-int8"}
        }) {
      List<String> cells = row(page, pair[0]);
      assertEquals(figure(points, pair[1], Metrics.VAL_ACCURACY), cells.get(2));
      assertEquals(figure(points, pair[2], Metrics.VAL_ACCURACY), cells.get(3));
      double bytes = trial(points, pair[2]).metrics().get(Metrics.SIZE_COMPRESSED_BYTES);
      assertEquals(Figures.text("%,.0f", bytes), cells.get(5));
    }
  }

  @Test
  void thePickedTrialIsThatOfTheCommittedResults() throws IOException {
    Point picked =
        Selection.of(
                new SelectionRule.Within(0.01),
                front(RESNET18, Metrics.SIZE_COMPRESSED_BYTES).all())
            .picked();
    assertTrue(
        picked != null
            && lines("measured.md")
                .anyMatch(line -> line.matches("picked: \\d+, " + Pattern.quote(picked.name()))));
  }

  @Test
  void thePictureIsThatOfTheCommittedResults() throws IOException {
    String picture = Files.readString(DOCS.resolve(RESNET18).resolve("front.svg"));
    Point knee = Knee.of(front(RESNET18, Metrics.SIZE_COMPRESSED_BYTES));
    assertTrue(knee != null && picture.contains("knee: " + knee.name()), picture);
  }

  private static List<String> row(List<String> page, String start) {
    String row = page.stream().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
    return cells(row);
  }

  private static String figure(Map<String, Point> points, String steps, String metric) {
    return Figures.text("%.4f", trial(points, steps).metrics().get(metric));
  }

  private static Point trial(Map<String, Point> points, String steps) {
    return Objects.requireNonNull(points.get("resnet18-w0.25-" + steps + "-seed1"), steps);
  }

  private static List<String> names(Front front) {
    return front.points().stream().map(Point::name).toList();
  }

  private static Stream<String> lines(String page) throws IOException {
    return Files.readAllLines(DOCS.resolve(page)).stream();
  }

  private static List<String> cells(String row) {
    return Arrays.stream(row.split("\\|", -1)).map(String::strip).toList();
  }

  private static Front front(String name, String cost) throws IOException {
    SweepSnapshot sweep = SweepSnapshot.read(RunDirectory.existing(DOCS.resolve(name).toString()));
    Front front = sweep.front(new Objectives(List.of(Metrics.VAL_ACCURACY), List.of(cost)));
    int images = sweep.plan().data().validation();
    return new Front(
        front.objectives(),
        known(front.points(), images),
        known(front.dominated(), images),
        front.excluded(),
        front.controls());
  }

  /** With outcomes: an interval depends on how many images were right, and not on which. */
  private static List<Point> known(List<Point> points, int images) {
    return points.stream()
        .map(
            point -> {
              BitSet right = new BitSet(images);
              right.set(0, (int) Math.round(images * point.metrics().get(Metrics.VAL_ACCURACY)));
              byte[] bytes = Arrays.copyOf(right.toByteArray(), (images + 7) / 8);
              return new Point(
                  point.trial(),
                  point.name(),
                  point.parameters(),
                  point.lineage(),
                  point.metrics(),
                  Outcomes.decode(Base64.getEncoder().encodeToString(bytes), images));
            })
        .toList();
  }
}
