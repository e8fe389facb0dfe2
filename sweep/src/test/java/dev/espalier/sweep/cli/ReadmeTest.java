package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Knee;
import dev.espalier.sweep.pareto.Lineage;
import dev.espalier.sweep.pareto.Objective;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.Selection;
import dev.espalier.sweep.pareto.SelectionRule;
import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the README says is what the program does and what the committed results hold. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");
  private static final Path CIFAR = ROOT.resolve("docs/cifar10-resnet18");
  private static final Path PRUNING = ROOT.resolve("docs/cifar10-pruning");

  /** Of a Markdown link to a file, that file. */
  private static final Pattern LINK = Pattern.compile("\\]\\((?!http)([^)#\\s]+)[^)]*\\)");

  @Test
  void everyCommandOfTheReadmeAndOfTheGuidesIsUnderstood() throws IOException {
    List<String> pages = new ArrayList<>(lines().toList());
    for (String guide :
        List.of(
            "docs/store.md",
            "docs/export.md",
            "docs/front.md",
            "docs/mlflow.md",
            "docs/measured.md",
            "docs/report.md",
            "docs/studies.md",
            "docs/tutorial.md",
            "docs/editors.md",
            "docs/init.md")) {
      pages.addAll(Files.readAllLines(ROOT.resolve(guide)));
    }
    List<String> commands =
        pages.stream()
            .filter(line -> line.startsWith("./espalier "))
            .map(this::withoutComment)
            .toList();
    assertTrue(commands.size() >= 6, commands.toString());
    for (String command : commands) {
      String[] words = command.split(" +", -1);
      assertDoesNotThrow(
          () -> new CommandLine(new Main()).parseArgs(Arrays.copyOfRange(words, 1, words.length)),
          command);
    }
  }

  @Test
  void everyFileThatAPageLinksToIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    int found = 0;
    for (Path page : pages()) {
      Matcher links = LINK.matcher(Files.readString(page));
      while (links.find()) {
        found++;
        if (!Files.exists(page.resolveSibling(links.group(1)))) {
          missing.add(page + ": " + links.group(1));
        }
      }
    }
    assertTrue(found > 100);
    assertEquals(List.of(), missing);
  }

  @Test
  void theIndexNamesEveryPage() throws IOException {
    String index = Files.readString(ROOT.resolve("docs/README.md"));
    List<String> missing =
        pages().stream()
            .filter(page -> page.startsWith(ROOT.resolve("docs")))
            .map(page -> page.getFileName().toString())
            .filter(name -> !name.equals("README.md") && !index.contains("](" + name + ")"))
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void thePictureOfHowASweepRunsIsDrawnFromItsText() throws IOException {
    String text = Files.readString(ROOT.resolve("docs/how-a-sweep-runs.dot"));
    String picture = Files.readString(ROOT.resolve("docs/how-a-sweep-runs.svg"));
    List<String> labels =
        Pattern.compile("label=\"([^\"]*)\"")
            .matcher(text)
            .results()
            .flatMap(label -> Arrays.stream(label.group(1).split("\\\\n", -1)))
            .toList();
    assertTrue(labels.size() > 15);
    labels.forEach(label -> assertTrue(picture.contains(">" + label + "</text>"), label));
  }

  @Test
  void continuousIntegrationRunsTheTestCommandOfTheReadme() throws IOException {
    assertTrue(lines().anyMatch("./mvnw verify"::equals));
    assertTrue(Files.readAllLines(ROOT.resolve(".ci/run")).contains("./mvnw verify"));
  }

  @Test
  void theMeasuredTableIsTheFrontOfTheCommittedResults() throws IOException {
    assertTable("## ResNet18, weights and shared values", front(), Metrics.SIZE_COMPRESSED_BYTES);
  }

  /** Each row has accuracies, deviation and MACs of one trial, controls among them. */
  @Test
  void theTableOfMethodsHasFiguresOfTheCommittedResults() throws IOException {
    Front front = front(PRUNING, Metrics.SIZE_COMPRESSED_BYTES);
    List<String> known =
        Stream.concat(front.all().stream(), front.controls().stream())
            .map(
                point ->
                    "%.4f %.4f %.4f %.1f M"
                        .formatted(
                            value(point, Metrics.VAL_ACCURACY),
                            value(point, Metrics.TEST_ACCURACY),
                            value(point, Metrics.OUTPUT_DEVIATION),
                            value(point, Metrics.MACS_NONZERO) / 1e6))
            .toList();
    List<String> rows =
        measured()
            .dropWhile(line -> !line.startsWith("| | val accuracy | test accuracy | deviation"))
            .skip(2)
            .takeWhile(line -> line.startsWith("| "))
            .toList();
    assertEquals(16, rows.size());
    for (String row : rows) {
      List<String> cells = Arrays.stream(row.split("\\|", -1)).map(String::strip).toList();
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
    List<String> page = Files.readAllLines(ROOT.resolve("docs/quantization.md"));
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
      double bytes = value(trial(points, pair[2]), Metrics.SIZE_COMPRESSED_BYTES);
      assertEquals("%,.0f".formatted(bytes), cells.get(5));
    }
  }

  private static List<String> row(List<String> page, String start) {
    String row = page.stream().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
    return Arrays.stream(row.split("\\|", -1)).map(String::strip).toList();
  }

  private static String figure(Map<String, Point> points, String steps, String metric) {
    return "%.4f".formatted(value(trial(points, steps), metric));
  }

  private static Point trial(Map<String, Point> points, String steps) {
    return Objects.requireNonNull(points.get("resnet18-w0.25-" + steps + "-seed1"), steps);
  }

  /** The first table after a line is a front: names, accuracies, and the cost somewhere. */
  private static void assertTable(String before, Front front, String cost) throws IOException {
    List<String> rows =
        measured()
            .dropWhile(line -> !line.startsWith(before))
            .dropWhile(line -> !line.startsWith("| resnet18-"))
            .takeWhile(line -> line.startsWith("| "))
            .toList();
    assertEquals(front.points().size(), rows.size(), before);
    for (int i = 0; i < rows.size(); i++) {
      List<String> cells = Arrays.stream(rows.get(i).split("\\|", -1)).map(String::strip).toList();
      Point point = front.points().get(i);
      assertEquals(point.name(), cells.get(1));
      assertEquals(
          "%.4f".formatted(value(point, Metrics.VAL_ACCURACY)), cells.get(2).substring(0, 6));
      assertEquals("%.4f".formatted(value(point, Metrics.TEST_ACCURACY)), cells.get(3));
      String exactly = "%.0f".formatted(value(point, cost));
      assertTrue(cells.contains(exactly), () -> exactly + " is not in " + cells);
    }
  }

  @Test
  void thePickedTrialIsThatOfTheCommittedResults() throws IOException {
    Point picked = Selection.of(new SelectionRule.Within(0.01), front().all()).picked();
    assertTrue(
        picked != null
            && measured()
                .anyMatch(line -> line.matches("picked: \\d+, " + Pattern.quote(picked.name()))));
  }

  @Test
  void thePictureIsThatOfTheCommittedResults() throws IOException {
    String picture = Files.readString(CIFAR.resolve("front.svg"));
    Point knee = Knee.of(front());
    assertTrue(knee != null && picture.contains("knee: " + knee.name()), picture);
  }

  private static double value(Point point, String metric) {
    return point.metrics().get(metric);
  }

  private static Front front() throws IOException {
    return front(CIFAR, Metrics.SIZE_COMPRESSED_BYTES);
  }

  private static Front front(Path sweep, String cost) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Point> points = new ArrayList<>();
    for (String line : Files.readAllLines(sweep.resolve("results.jsonl"))) {
      JsonNode trial = json.readTree(line);
      Map<String, Double> metrics = new HashMap<>();
      trial
          .get("metrics")
          .properties()
          .forEach(m -> metrics.put(m.getKey(), m.getValue().asDouble()));
      Map<String, String> parameters = new HashMap<>();
      trial
          .get("parameters")
          .properties()
          .forEach(p -> parameters.put(p.getKey(), p.getValue().asText()));
      if (trial.has(Control.PARAMETER)) {
        parameters.put(Control.PARAMETER, trial.get(Control.PARAMETER).asText());
      }
      points.add(
          new Point(
              trial.get("trial").asText(),
              trial.get("name").asText(),
              parameters,
              lineage(trial.get("path")),
              new Metrics(metrics),
              null));
    }
    return Front.of(
        points, List.of(Objective.maximize(Metrics.VAL_ACCURACY), Objective.minimize(cost)));
  }

  /** A trial is dense if it ends with its first stage; the words of others do not matter here. */
  private static Lineage lineage(JsonNode path) {
    return new Lineage(path.get(0).asText(), Collections.nCopies(path.size() - 1, "step"));
  }

  /** All that people read, as Markdown. */
  private static List<Path> pages() throws IOException {
    List<Path> pages =
        new ArrayList<>(
            Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "deploy/README.md")
                .map(ROOT::resolve)
                .toList());
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  /** The page of the two committed sweeps. */
  private static Stream<String> measured() throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/measured.md")).stream();
  }

  private static Stream<String> lines() throws IOException {
    return Files.readAllLines(ROOT.resolve("README.md")).stream();
  }

  private String withoutComment(String command) {
    return command.replaceFirst(" +[#>].*", "");
  }
}
