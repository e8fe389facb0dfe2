package dev.espalier.sweep.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.FrontSvg;
import dev.espalier.sweep.pareto.Interval;
import dev.espalier.sweep.pareto.Outcomes;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.Objectives;
import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fronts of docs/measured.md by each cost, as tables and as pictures with intervals. */
class MeasuredFrontsTest {
  private static final Path PAGE = Path.of("../docs/measured.md");
  private static final Path FOLDER = Path.of("../docs/cifar10-pruning");

  @ParameterizedTest
  @CsvSource({
    "size/compressed_bytes, front.svg",
    "memory/flash_bytes, front-flash.svg",
    "size/int8_bytes, front-int8.svg",
    "macs/nonzero, front-macs.svg"
  })
  void thePictureIsOfTheCommittedResults(String cost, String name) throws IOException {
    String drawn = FrontSvg.of(front(cost), "cifar10-pruning");
    Path committed = FOLDER.resolve(name);
    if (!Files.exists(committed) || !Files.readString(committed).equals(drawn)) {
      Path written = Files.createDirectories(Path.of("target")).resolve(name);
      Files.writeString(written, drawn);
      String found = Files.exists(committed) ? Files.readString(committed) : "no file";
      assertEquals(drawn, found, committed + " should be as " + written.toAbsolutePath());
    }
  }

  @ParameterizedTest
  @CsvSource({"size/compressed_bytes", "memory/flash_bytes", "size/int8_bytes", "macs/nonzero"})
  void theTableHasNamesAccuraciesWithIntervalsAndCosts(String cost) throws IOException {
    List<String> rows = table(cost);
    List<Point> points = front(cost).points();
    assertEquals(points.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      Point point = points.get(i);
      List<String> cells = Arrays.stream(rows.get(i).split("\\|", -1)).map(String::strip).toList();
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
    List<String> byFlash = names(front(Metrics.FLASH_BYTES));
    assertEquals(
        byFlash.subList(0, byFlash.size() - 1), names(front(Metrics.SIZE_TFLITE_INT8_BYTES)));
    assertEquals("resnet18-w0.25-s0-ft0-seed1", byFlash.get(byFlash.size() - 1));
  }

  private static List<String> names(Front front) {
    return front.points().stream().map(Point::name).toList();
  }

  /** The rows of the first table behind the line that names a cost. */
  private static List<String> table(String cost) throws IOException {
    return Files.readAllLines(PAGE).stream()
        .dropWhile(line -> !line.startsWith("By `" + cost + "`"))
        .dropWhile(line -> !line.startsWith("| resnet18-"))
        .takeWhile(line -> line.startsWith("| "))
        .toList();
  }

  private static Front front(String cost) throws IOException {
    SweepSnapshot sweep = SweepSnapshot.read(RunDirectory.existing(FOLDER.toString()));
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
