package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.sweep.terminal.Formats;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One real sweep, and what the commands make of it; nothing here changes it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SweepCommandsTest {
  private Path folder = Path.of("");
  private Path config = Path.of("");
  private Path out = Path.of("");
  private Said planned = new Said(-1, "", "");
  private Said run = planned;

  @BeforeAll
  void runTheSweep(@TempDir Path temporary) throws IOException {
    folder = temporary;
    config = TinySweep.config(folder, 2, "0.01");
    out = folder.resolve("a sweep");
    planned = Said.by("plan", config, "--out", out, "--slots", 1);
    run = Said.by("run", config, "--out", out, "--slots", 1);
  }

  @Test
  void planTrainsNothingAndSaysWhatRunWouldDo() {
    assertEquals(Main.DONE, planned.code(), planned.err());
    assertTrue(
        planned
            .out()
            .startsWith(
                """
                trials: 8 of 8 cells
                stages: 8 (1 train, 1 prune, 2 fine-tune, 4 cluster)
                training epochs: 4; 20 without sharing (1/5)
                disk: at most 1.45 MB for checkpoints
                time: about \
                """),
        planned.out());
    assertEquals(
        "Timing a few steps, for the estimate: resnet18 of width 0.0625 ...\n", planned.err());
  }

  /** What {@code plan} says of a longer grid once it knows how long stages of each kind took. */
  @Test
  void theEstimateIsThatOfTheStagesThatAreDone() throws IOException {
    Said longer =
        Said.by(
            "plan", config, "--out", out, "--slots", 1, "--set", "grid.centroids=[none,4,8,16]");
    List<Double> clusterings = new ArrayList<>();
    Map<String, String> labels = new HashMap<>();
    new ObjectMapper()
        .readTree(out.resolve("plan.json").toFile())
        .get("stages")
        .forEach(stage -> labels.put(stage.get("id").asText(), stage.get("label").asText()));
    for (JsonNode stage : TinySweep.lines(out.resolve("stages.jsonl"))) {
      if (labels.getOrDefault(stage.get("stage").asText(), "").startsWith("cluster")) {
        clusterings.add(stage.get("seconds").asDouble());
      }
    }
    assertEquals(4, clusterings.size(), labels + "");
    double seconds =
        8 * clusterings.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    assertTrue(
        longer
            .out()
            .endsWith(
                "time: about %s for the 8 stages left, 1 stages at a time, estimated from 8 earlier stages of this sweep\n"
                    .formatted(Formats.duration(seconds))),
        longer.out() + clusterings);
    assertEquals("", longer.err(), "nothing is timed");
  }

  @Test
  void withoutAnyTheEstimateIsAShortTiming() {
    assertTrue(
        planned
            .out()
            .matches(
                "(?s).*\ntime: about [0-9][0-9a-z. ]*, 1 stages at a time, estimated from a short timing\n"),
        planned.out());
  }

  @Test
  void runSaysWhatItDoesWhatCameOutAndWhereItLies() {
    assertEquals(Main.DONE, run.code(), run.err());
    assertEquals("", run.err());
    assertInOrder(
        run.out(),
        "Sweep tiny in " + out,
        "  stages: 8 (1 train, 1 prune, 2 fine-tune, 4 cluster)",
        "Timing a few steps, for the estimate: resnet18 of width 0.0625 ...",
        "Starting Spark in this process ...",
        "8 stages to run, 1 at a time; about ",
        "[1/8] train resnet18 w=0.0625 epoch 1-2, ",
        "[8/8] ",
        "8 trials completed, 0 failed, 0 left; results are in " + out + " (open report.html)",
        "To browse the runs in MLflow's UI",
        "  cd '" + out + "' && mlflow ui --backend-store-uri sqlite:///mlflow.db",
        "val accuracy",
        " knee",
        "±: ");
    assertTrue(run.out().lines().allMatch(line -> line.length() < 160), run.out());
  }

  @Test
  void theLastLinesOfRunSayWhichNetworkToTakeAndWhatToDoNext() {
    List<String> lines = run.out().lines().toList();
    List<String> last = lines.subList(Math.max(0, lines.size() - 20), lines.size());
    String text = String.join("\n", last);
    assertInOrder(
        text,
        "all: resnet18-w0.0625",
        "\n#  trial ",
        "\ntake: ",
        "\nwhy: ",
        "\nnext:\n  ./espalier pick '" + out + "' ",
        " --export model  ",
        "  ./espalier pick '" + out + "' --",
        "  ./espalier front '" + out + "' --explain",
        "  '" + out + "/report.html'");
    Matcher taken = Pattern.compile("\ntake: (\\d+), (\\S+), ").matcher(text);
    assertTrue(taken.find(), text);
    assertTrue(
        text.contains("./espalier pick '" + out + "' " + taken.group(1) + " --export"), text);
    Matcher same = Pattern.compile("' (--(?:within|min-accuracy) \\S+|--knee) ").matcher(text);
    assertTrue(same.find(), text);
    List<Object> pick = new ArrayList<>(List.of("pick", out));
    pick.addAll(List.of(same.group(1).split(" ", -1)));
    Said picked = Said.by(pick.toArray());
    assertTrue(
        picked.out().startsWith("picked: " + taken.group(1) + ", " + taken.group(2) + "\n"),
        picked.out());
  }

  @Test
  void aTrialIsPickedByItsNumberOrItsName() throws IOException {
    int number = 0;
    for (JsonNode trial :
        new ObjectMapper().readTree(out.resolve("plan.json").toFile()).get("trials")) {
      number++;
      String name = trial.get("name").asText();
      Said byNumber = Said.by("pick", out, number);
      assertEquals(Main.DONE, byNumber.code(), byNumber.err());
      assertTrue(
          byNumber.out().startsWith("picked: " + number + ", " + name + "\n"), byNumber.out());
      assertEquals(byNumber, Said.by("pick", out, name));
      assertTrue(byNumber.out().lines().skip(4).limit(6).allMatch(l -> l.length() <= 100));
    }
    for (String wrong : List.of("0", "99", "nobody")) {
      assertEquals(
          new Said(
              Main.USAGE,
              "",
              "TRIAL: must be the name of a completed trial or its number, up to 8, found "
                  + wrong
                  + "\n"),
          Said.by("pick", out, wrong));
    }
    assertEquals(Main.USAGE, Said.by("pick", out).code(), "one of them is needed");
    assertEquals(Main.USAGE, Said.by("pick", out, 1, "--knee").code(), "and no more than one");
  }

  @Test
  void resultsHasOneLineForEachTrial() throws IOException {
    List<JsonNode> results = TinySweep.results(out);
    assertEquals(TinySweep.TRIALS, results.size());
    Set<String> names = new TreeSet<>();
    for (JsonNode line : results) {
      names.add(line.get("name").asText());
      Set<String> keys = keys(line);
      keys.remove("stands_for"); // only where cells are one trial
      assertEquals(
          Set.of(
              "trial", "name", "status", "parameters", "metrics", "path", "seconds", "seconds_own"),
          keys);
      assertEquals(
          Set.of("model", "width", "sparsity", "scope", "fine_tune_epochs", "centroids", "seed"),
          keys(line.get("parameters")));
      assertTrue(
          keys(line.get("metrics"))
              .containsAll(
                  Set.of(
                      "val/accuracy",
                      "test/accuracy",
                      "params/total",
                      "params/nonzero",
                      "sparsity/achieved",
                      "macs/dense",
                      "macs/nonzero",
                      "size/dense_bytes",
                      "size/compressed_bytes")));
      assertEquals("completed", line.get("status").asText());
    }
    assertEquals(TinySweep.TRIALS, names.size());
    assertTrue(names.contains("resnet18-w0.0625-s0.5-flat-ft1-k4-seed1"), names.toString());
  }

  @Test
  void mlflowHasAParentRunAndARunForEachTrial() throws Exception {
    assertEquals(
        List.of("tiny|FINISHED"),
        TinySweep.rows(
            out,
            "SELECT name, status FROM runs WHERE run_uuid NOT IN (SELECT run_uuid FROM tags WHERE"
                + " key = 'mlflow.parentRunId')"));
    for (JsonNode line : TinySweep.results(out)) {
      String of =
          " r ON r.run_uuid = v.run_uuid JOIN tags n ON n.run_uuid = r.run_uuid AND n.key ="
              + " 'trial.name' WHERE n.value = '"
              + line.get("name").asText()
              + "'";
      assertEquals(
          List.of("FINISHED"),
          TinySweep.rows(
              out, "SELECT r.status FROM tags v JOIN runs" + of + " AND v.key='espalier.key'"));
      assertEquals(
          line.get("metrics").get("val/accuracy").asDouble(),
          Double.parseDouble(
              TinySweep.rows(
                      out,
                      "SELECT v.value FROM latest_metrics v JOIN runs"
                          + of
                          + " AND v.key = 'val/accuracy'")
                  .get(0)));
      assertEquals(
          List.of(line.get("parameters").get("sparsity").asText()),
          TinySweep.rows(
              out, "SELECT v.value FROM params v JOIN runs" + of + " AND v.key = 'sparsity'"));
      boolean tuned = line.get("parameters").get("fine_tune_epochs").asInt() == 1;
      boolean pruned = line.get("parameters").get("sparsity").asDouble() > 0;
      List<String> steps =
          TinySweep.rows(
              out,
              "SELECT DISTINCT v.step FROM metrics v JOIN runs"
                  + of
                  + " AND v.key = 'train/loss' ORDER BY v.step");
      assertEquals(
          tuned ? List.of("1", "2", pruned ? "4" : "3") : List.of("1", "2"),
          steps,
          "pruning is a step too");
    }
    List<String> artifacts = Said.files(out.resolve("mlartifacts"));
    for (String name :
        List.of(
            "report.html", "front.csv", "front.svg", "results.jsonl", "spec.yaml", "plan.json")) {
      assertTrue(artifacts.stream().anyMatch(file -> file.endsWith("/" + name)), "" + artifacts);
    }
  }

  @Test
  void theTrialsOfTheFrontHaveTheirModelsInMlflow() throws Exception {
    List<String> front =
        TinySweep.rows(
            out,
            "SELECT i.value, r.artifact_uri FROM runs r JOIN tags i ON i.run_uuid = r.run_uuid AND"
                + " i.key = 'espalier.key' JOIN tags p ON p.run_uuid = r.run_uuid AND p.key = 'pareto'"
                + " AND p.value = 'true'");
    assertEquals(Files.readAllLines(out.resolve("front.csv")).size() - 1, front.size());
    for (String trial : front) {
      Path stage = out.resolve("stages").resolve(trial.split("[|]", -1)[0]);
      Path artifacts = out.resolve(trial.replaceFirst(".*mlflow-artifacts:", "mlartifacts"));
      try (Stream<Path> files = Files.list(stage)) {
        Path network =
            files.filter(f -> f.getFileName().toString().startsWith("network-")).findAny().get();
        assertArrayEquals(
            Files.readAllBytes(network),
            Files.readAllBytes(artifacts.resolve("model/network.esp")));
      }
      List<String> layers = Files.readAllLines(artifacts.resolve("layers.csv"));
      assertEquals(22, layers.size(), "ResNet18 has 21 layers with a kernel");
    }
    assertEquals(
        front.size(),
        Said.files(out.resolve("mlartifacts")).stream().filter(f -> f.endsWith(".esp")).count());
  }

  @Test
  void theSameCommandAgainChangesNothing() throws Exception {
    String results = Files.readString(out.resolve("results.jsonl"));
    String stages = Files.readString(out.resolve("stages.jsonl"));
    List<String> runs = mlflow();
    Said again = Said.by("run", config, "--out", out, "--slots", 1);
    assertEquals(Main.DONE, again.code(), again.err());
    assertInOrder(
        again.out(),
        "Nothing to run: every stage is done.",
        "8 trials completed, 0 failed, 0 left");
    assertEquals(results, Files.readString(out.resolve("results.jsonl")));
    assertEquals(stages, Files.readString(out.resolve("stages.jsonl")));
    assertEquals(runs, mlflow());
  }

  @Test
  void trackingTwiceAddsNothing() throws Exception {
    List<String> once = mlflow();
    for (int i = 0; i < 2; i++) {
      Said said = Said.by("track", out, "--to", "embedded");
      assertEquals(Main.DONE, said.code(), said.err());
      assertEquals(
          "8 trials of %s are at %s%n".formatted(out, out.resolve("mlflow.db")), said.out());
    }
    assertEquals(once, mlflow());
  }

  @Test
  void statusCounts() {
    assertEquals(
        new Said(
            Main.DONE,
            """
            stages: 8 done, 0 running, 0 failed, 0 left
            trials: 8 completed, 0 failed, 0 left
            """,
            ""),
        Said.by("status", out));
    assertEquals(Said.by("status", out), Said.by("status", out, "--watch"), "nothing is left");
  }

  @Test
  void theReportIsThatOfTheRunWhereverItIsWritten() throws IOException {
    String page = Files.readString(out.resolve("report.html"));
    assertTrue(page.contains("<title>tiny · Espalier</title>"));
    Path file = folder.resolve("a page.html");
    Said said = Said.by("report", out, "--out", file);
    assertEquals(Main.DONE, said.code(), said.err());
    assertTrue(
        said.out()
            .matches("8 of 8 trials are in " + file + ", 1\\.\\d\\d MB; open it in a browser\n"),
        said.out());
    assertEquals(page, Files.readString(file));
    Said again = Said.by("report", out);
    assertTrue(again.out().contains(" in " + out.resolve("report.html") + ", "), again.out());
    assertEquals(page, Files.readString(out.resolve("report.html")));
    for (Path place : List.of(folder, folder.resolve("none/page.html"))) {
      Said refused = Said.by("report", out, "--out", place);
      assertEquals(Main.USAGE, refused.code());
      assertEquals(
          "--out: must be a file in an existing folder, found " + place + "\n", refused.err());
    }
    // A folder lies where the file would be written first.
    Path blocked = folder.resolve("blocked.html");
    Files.createDirectory(folder.resolve("blocked.html.tmp"));
    Said refused = Said.by("report", out, "--out", blocked);
    assertEquals(Main.USAGE, refused.code());
    assertTrue(
        refused
            .err()
            .startsWith("--out: " + blocked + ".tmp: must be a file that can be written, found: "),
        refused.err());
  }

  @Test
  void frontInEveryForm() throws IOException {
    String text = Said.by("front", out).out();
    String hint = "--explain describes the other columns and marks\n";
    assertTrue(text.endsWith(hint), text);
    String table = text.substring(0, text.length() - hint.length());
    assertTrue(run.out().contains(table), "as run showed it");
    String explained = Said.by("front", out, "--explain").out();
    assertTrue(explained.startsWith(table.substring(0, table.indexOf('±'))), explained);
    assertInOrder(explained, "±: ", "P(front), P(knee): ", "ratio: ", "#: the number");
    String csv = Said.by("front", out, "--csv").out();
    assertEquals(Files.readString(out.resolve("front.csv")), csv);
    Set<String> names = new TreeSet<>();
    Said.by("front", out, "--json")
        .out()
        .lines()
        .forEach(line -> names.add(parse(line).get("name").asText()));
    assertEquals(csv.lines().count() - 1, names.size());
    String prefix = "resnet18-w0.0625-";
    names.forEach(name -> assertTrue(csv.contains(name) && name.startsWith(prefix), name));
    long rows = text.lines().filter(line -> line.matches(" *\\d+  \\S+ .*")).count();
    assertEquals(names.size(), rows, text);
    String markdown = Said.by("front", out, "--markdown").out();
    assertTrue(markdown.startsWith("| trial"), markdown);
    names.forEach(name -> assertTrue(markdown.contains(name), name));
  }

  @Test
  void frontByOtherObjectives() throws IOException {
    String json = Said.by("front", out, "--minimize", "size/compressed_bytes", "--json").out();
    double least =
        TinySweep.results(out).stream()
            .mapToDouble(line -> line.get("metrics").get("size/compressed_bytes").asDouble())
            .min()
            .orElseThrow();
    assertTrue(
        json.lines()
            .allMatch(
                line ->
                    parse(line).get("metrics").get("size/compressed_bytes").asDouble() == least),
        json);
    Said said = Said.by("front", out, "--maximize", "accuracy");
    assertEquals(Main.USAGE, said.code());
    assertTrue(said.err().contains("found accuracy"), said.err());
    Said twice = Said.by("front", out, "--maximize", "val/loss", "--minimize", "val/loss");
    assertEquals(Main.USAGE, twice.code(), twice.err());
    assertTrue(twice.err().contains("found val/loss twice"), twice.err());
  }

  @Test
  void unpackGivesEveryWeightBack() throws IOException {
    Path file;
    try (Stream<Path> files = Files.walk(out.resolve("stages"))) {
      file =
          files
              .filter(path -> path.getFileName().toString().matches("network-.*\\.esp"))
              .sorted()
              .findFirst()
              .orElseThrow();
    }
    Path to = folder.resolve("unpacked");
    Said said = Said.by("unpack", file, "--to", to);
    assertEquals(Main.DONE, said.code(), said.err());
    List<Tensor> tensors = CompressedNetwork.decode(Files.readAllBytes(file));
    for (Tensor tensor : tensors) {
      assertArrayEquals(Npy.encode(tensor), Files.readAllBytes(to.resolve(tensor.name() + ".npy")));
    }
    assertTrue(said.out().startsWith(tensors.size() + " parameters, "), said.out());
  }

  /** Last: it lets the sweep grow. */
  @Test
  @Order(Integer.MAX_VALUE)
  void aLongerGridRunsOnlyWhatIsNew() throws IOException {
    Set<String> before = TinySweep.sameResults(out);
    Said more = Said.by("run", config, "--out", out, "--set", "grid.centroids=[none,4,8]");
    assertEquals(Main.DONE, more.code(), more.err());
    assertInOrder(more.out(), "4 stages to run, 8 done before", "12 trials completed, 0 failed");
    assertTrue(TinySweep.sameResults(out).containsAll(before));
  }

  private List<String> mlflow() throws SQLException {
    return TinySweep.rows(
        out,
        "SELECT r.run_uuid, r.status, (SELECT count(*) FROM metrics m WHERE m.run_uuid ="
            + " r.run_uuid), (SELECT count(*) FROM params p WHERE p.run_uuid = r.run_uuid) FROM"
            + " runs r ORDER BY r.run_uuid");
  }

  private static JsonNode parse(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  private static Set<String> keys(JsonNode object) {
    Set<String> keys = new TreeSet<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  static void assertInOrder(String text, String... parts) {
    int at = 0;
    for (String part : parts) {
      int found = text.indexOf(part, at);
      assertTrue(found >= 0, part + " is not, or not there, in\n" + text);
      at = found + part.length();
    }
  }
}
