package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.Npy;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One real sweep, a trial picked of it, and its model in the hands of other programs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PickTest {
  private static final int SIZE = 12;
  private static final int IMAGES = 50;

  private Path folder = Path.of("");
  private Path out = Path.of("");
  private Path exported = Path.of("");
  private Said pick = new Said(-1, "", "");
  private byte[] pixels = {};
  private float[] normalized = {};
  private List<String> classes = List.of();

  @BeforeAll
  void runTheSweepAndExport(@TempDir Path temporary) throws Exception {
    folder = temporary;
    out = folder.resolve("sweep");
    exported = folder.resolve("some/model");
    Said run =
        Said.by("run", TinySweep.config(folder, 2, "0.01"), "--out", out, "--tracking-uri", "none");
    assertEquals(Main.DONE, run.code(), run.err());
    pick = Said.by("pick", out, "--within", "0.3", "--export", exported);
    assertEquals(Main.DONE, pick.code(), pick.err());
    readImages();
  }

  private void readImages() throws Exception {
    Dataset data = Datasets.load(new DataSource("shapes", null, 256, 64, SIZE), null);
    classes = data.classNames();
    normalized = new float[IMAGES * SIZE * SIZE * 3];
    data.images(Dataset.Split.TEST, 0, IMAGES, normalized);
    pixels = new byte[normalized.length];
    for (int i = 0; i < pixels.length; i++) {
      Normalization.Channel channel = data.normalization().channels().get(i % 3);
      double scaled = normalized[i] * channel.deviation() + channel.mean();
      pixels[i] = (byte) Math.round(255 * scaled);
    }
  }

  @Test
  void saysWhatWasPickedAndWhatStandsBesideIt() throws IOException {
    JsonNode picked = picked();
    double dense = metric(result("resnet18-w0.0625-s0-ft0-seed1"), "val/accuracy");
    assertTrue(metric(picked, "val/accuracy") >= dense - 0.3 - 1e-9);
    for (JsonNode other : TinySweep.results(out)) {
      if (metric(other, "size/compressed_bytes") < metric(picked, "size/compressed_bytes")) {
        assertTrue(metric(other, "val/accuracy") < dense - 0.3, other.toString());
      }
    }
    assertTrue(
        pick.out().contains("why: the smallest within 0.3 of the dense network's"), pick.out());
    assertTrue(pick.out().contains("\ndense "), pick.out());
    assertTrue(pick.out().contains("\nnext larger "), pick.out());
  }

  @Test
  void thePickedTrialGoesIntoTheRegistryOnce() throws Exception {
    for (int i = 0; i < 2; i++) {
      Said said = Said.by("pick", out, "--within", "0.3", "--register", "tiny-net");
      assertEquals(Main.DONE, said.code(), said.err());
      assertTrue(
          said.out().contains("registered at " + out + "/mlflow.db as tiny-net, version 1, alias"),
          said.out());
    }
    List<String> versions =
        TinySweep.rows(
            out,
            "SELECT v.name, v.version, t.value, v.source, v.description FROM model_versions v JOIN"
                + " tags t ON t.run_uuid = v.run_id AND t.key = 'trial.name'");
    assertEquals(1, versions.size());
    String[] version = versions.get(0).split("[|]", -1);
    assertEquals(picked().get("name").asText(), version[2]);
    String sentence = version[4].lines().findFirst().orElseThrow();
    assertTrue(
        sentence.matches(
            "Validation accuracy \\d\\.\\d{4} in [\\d,]+ bytes: " + version[2] + "\\."),
        sentence);
    Path model = out.resolve(version[3].replace("mlflow-artifacts:", "mlartifacts"));
    assertArrayEquals(
        Files.readAllBytes(checkpoint(picked())), Files.readAllBytes(model.resolve("network.esp")));
    assertEquals(
        List.of("alias.pareto-pick|1"),
        TinySweep.rows(out, "SELECT key, value FROM registered_model_tags"));
    assertEquals(
        List.of("FINISHED|9"),
        TinySweep.rows(out, "SELECT status, count(*) FROM runs GROUP BY status"));
  }

  @Test
  void whatCannotBeRegisteredIsSaidBeforeAnythingIsSent() {
    for (List<String> wrong :
        List.of(
            List.of("--register", "a/b"),
            List.of("--register", "a", "--alias", "latest"),
            List.of("--register", "a", "--tracking-uri", "none"),
            List.of("--register", "a", "--tracking-uri", "sqlite:///x"),
            List.of("--alias", "b"))) {
      List<Object> words = new ArrayList<>(List.of("pick", out, "--within", "0.3"));
      words.addAll(wrong);
      Said said = Said.by(words.toArray());
      assertEquals(2, said.code(), wrong + said.out());
      assertTrue(said.err().contains("--"), said.err());
    }
  }

  @Test
  void theCompressedFileIsTheCheckpointAndUnpacksBitForBit() throws IOException {
    byte[] file = Files.readAllBytes(exported.resolve("model.esp"));
    JsonNode picked = picked();
    assertEquals(
        metric(picked, "size/compressed_bytes"), CompressedNetwork.firstVersion(file).length);
    assertArrayEquals(Files.readAllBytes(checkpoint(picked)), file);
    Path weights = folder.resolve("weights");
    Said unpack = Said.by("unpack", exported.resolve("model.esp"), "--to", weights);
    assertEquals(Main.DONE, unpack.code(), unpack.err());
    for (Tensor tensor : CompressedNetwork.decode(file)) {
      assertArrayEquals(
          Npy.encode(tensor), Files.readAllBytes(weights.resolve(tensor.name() + ".npy")));
    }
  }

  @Test
  void deeplearning4jReadsTheSameWeightsBitForBit() throws Exception {
    ComputationGraph graph =
        ModelSerializer.restoreComputationGraph(exported.resolve("model.zip").toFile());
    assertFalse(graph.getConfiguration().toJson().contains("espalier"));
    Map<String, Tensor> tensors =
        CompressedNetwork.decode(Files.readAllBytes(exported.resolve("model.esp"))).stream()
            .collect(Collectors.toMap(Tensor::name, tensor -> tensor));
    for (Tensor tensor : tensors.values()) {
      String key = tensor.name().substring(tensor.layer().length() + 1);
      INDArray values = graph.getLayer(tensor.layer()).getParam(key);
      INDArray canonical = tensor.kind() == Tensor.Kind.DENSE ? values.transpose() : values;
      assertArrayEquals(tensor.values(), canonical.dup('c').data().asFloat(), tensor.name());
    }
    graph.close();
  }

  @Test
  void onnxRuntimeAgreesWithDeeplearning4jOnTestImages() throws Exception {
    ComputationGraph graph =
        ModelSerializer.restoreComputationGraph(exported.resolve("model.zip").toFile());
    INDArray output = graph.outputSingle(Nd4j.create(normalized, IMAGES, SIZE, SIZE, 3));
    float[] expected = output.dup('c').data().asFloat();
    graph.close();
    float[][] logits = logits(exported.resolve("model.onnx"));
    for (int i = 0; i < IMAGES; i++) {
      double sum = 0;
      for (float logit : logits[i]) {
        sum += Math.exp(logit);
      }
      for (int c = 0; c < classes.size(); c++) {
        double log = Math.log(expected[i * classes.size() + c]);
        assertEquals(log, logits[i][c] - Math.log(sum), 1e-4, "image " + i + " class " + c);
      }
    }
  }

  @Test
  void theCardHoldsTheAccuracyByClassAndTheBytesOfEveryFile() throws IOException {
    String card = Files.readString(exported.resolve("model-card.md"));
    Matcher rows = Pattern.compile("(?m)^\\| (\\S+) \\| (\\d+) \\| ([0-9.]+) \\|$").matcher(card);
    double right = 0;
    long images = 0;
    List<String> names = new ArrayList<>();
    while (rows.find()) {
      names.add(rows.group(1));
      images += Long.parseLong(rows.group(2));
      right += Math.round(Long.parseLong(rows.group(2)) * Double.parseDouble(rows.group(3)));
    }
    assertEquals(classes, names, card);
    assertEquals(metric(picked(), "test/accuracy"), right / images, 1e-9);
    for (String name :
        List.of(
            "model.zip",
            "model.esp",
            "model.onnx",
            "model.tflite",
            "labels.txt",
            "microcontroller/model.tflite",
            "microcontroller/main.cc")) {
      String row = "| %s | %d |".formatted(name, Files.size(exported.resolve(name)));
      assertTrue(card.contains(row), row + " in " + card);
    }
    assertTrue(card.contains("name: tiny"), card);
    assertEquals(classes, Files.readAllLines(exported.resolve("labels.txt")));
  }

  @Test
  @Tag("slow")
  void aSweepMayStartFromWhatWasExported() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("again.yaml"),
            """
            name: again
            dataset: {name: shapes, size: 12, train: 256, validation: 64}
            baseline: {from: %s, batch: 32}
            grid: {sparsity: [0]}
            """
                .formatted(exported.resolve("model.zip")));
    Path again = folder.resolve("again");
    Said run = Said.by("run", config, "--out", again, "--tracking-uri", "none");
    assertEquals(Main.DONE, run.code(), run.err());
    JsonNode first = TinySweep.results(again).get(0);
    // The same sums in another order: the graph lists its layers otherwise than our table.
    for (String metric : List.of("val/accuracy", "val/loss", "test/accuracy", "test/loss")) {
      assertEquals(metric(picked(), metric), metric(first, metric), 1e-6, metric);
    }
  }

  @ParameterizedTest
  @CsvSource({"Classify, onnxruntime", "Dl4jClassify, ''"})
  void theExamplesOfTheGuideClassifyAnImage(String example, String jars) throws Exception {
    Path source = folder.resolve(example + ".java");
    Files.writeString(source, example(example));
    Path image = folder.resolve(example + ".png");
    write(image, 3);
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> entry.endsWith(".jar") && entry.contains(jars))
            .filter(entry -> !entry.contains(File.separator + "target" + File.separator))
            .collect(Collectors.joining(File.pathSeparator));
    String model = example.equals("Classify") ? "model.onnx" : "model.zip";
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                path,
                source.toString(),
                exported.resolve(model).toString(),
                image.toString())
            .redirectError(folder.resolve(example + ".err").toFile())
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), Files.readString(folder.resolve(example + ".err")));
    float[] scores = logits(exported.resolve("model.onnx"))[3];
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      best = scores[c] > scores[best] ? c : best;
    }
    assertTrue(said.matches(classes.get(best) + " [01]\\.[0-9E-]+\\n"), said);
  }

  @Test
  @Tag("slow")
  void aSweepWithoutADenseTrialIsHeldAgainstItsBaseline() throws IOException {
    Path sparse = folder.resolve("sparse");
    Said run =
        Said.by(
            "run",
            TinySweep.config(folder, 1, "0.01"),
            "--out",
            sparse,
            "--set",
            "grid.sparsity=0.5",
            "--tracking-uri",
            "none");
    assertEquals(Main.DONE, run.code(), run.err());
    Said said = Said.by("pick", sparse, "--within", "0.9");
    assertEquals(Main.DONE, said.code(), said.err());
    assertTrue(said.out().contains("all: resnet18-w0.0625, seed1\n"), said.out());
    assertTrue(said.out().matches("(?s).*\ndense +baseline +0\\..*"), said.out());
  }

  @Test
  void nothingThatFitsEndsWithTheNearest() throws IOException {
    List<String> before = Said.files(folder);
    Said said = Said.by("pick", out, "--max-bytes", "10", "--export", folder.resolve("none"));
    assertEquals(Main.TRIALS_FAILED, said.code(), said.err());
    assertTrue(said.out().startsWith("nothing fits: "), said.out());
    assertTrue(said.out().contains("the nearest: resnet18-w0.0625-s0.5-"), said.out());
    assertEquals(before, Said.files(folder));
  }

  @Test
  void aFolderThatIsNotEmptyIsRefusedBeforeAnythingIsRead() throws IOException {
    List<String> before = Said.files(exported);
    Said said = Said.by("pick", out, "--knee", "--export", exported);
    assertEquals(Main.USAGE, said.code(), said.out());
    assertTrue(
        said.err().startsWith("--export: " + exported + ": must be a new or an empty folder"),
        said.err());
    assertEquals(before, Said.files(exported));
    Path file = Files.writeString(folder.resolve("a file"), "");
    assertTrue(Said.by("pick", out, "--knee", "--export", file).err().contains("found a file"));
  }

  @Test
  void anEmptyFolderIsFilled() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Said said = Said.by("pick", out, "--knee", "--export", empty);
    assertEquals(Main.DONE, said.code(), said.err());
    try (Stream<Path> files = Files.list(empty)) {
      assertEquals(
          List.of(
              "labels.txt",
              "microcontroller",
              "model-card.md",
              "model.esp",
              "model.onnx",
              "model.tflite",
              "model.zip"),
          List.copyOf(new TreeSet<>(files.map(file -> file.getFileName().toString()).toList())));
    }
  }

  @Test
  @Tag("slow")
  void aCheckpointThatWasRemovedIsNamedAndCanBeMadeAgain() throws IOException {
    Path cleaned = copy(out, folder.resolve("cleaned"));
    String stage = picked().get("trial").asText();
    Files.delete(cleaned.resolve("stages").resolve(stage).resolve("result.json"));
    Path target = folder.resolve("of cleaned");
    Said said = Said.by("pick", cleaned, "--within", "0.3", "--export", target);
    assertEquals(Main.USAGE, said.code(), said.err());
    assertTrue(
        said.err().contains("the checkpoint of " + picked().get("name").asText()), said.err());
    assertFalse(Files.exists(target));
    assertTrue(
        said.err()
            .contains(
                "espalier run CONFIG --out NEW --store "
                    + cleaned
                    + " --set checkpoints=continuable"),
        said.err());
    Path again = folder.resolve("made again");
    Said run =
        Said.by(
            "run",
            TinySweep.config(folder, 2, "0.01"),
            "--out",
            again,
            "--store",
            cleaned,
            "--set",
            "checkpoints=continuable",
            "--tracking-uri",
            "none");
    assertEquals(Main.DONE, run.code(), run.err());
    Said export = Said.by("pick", again, "--within", "0.3", "--export", target);
    assertEquals(Main.DONE, export.code(), export.err());
    assertArrayEquals(
        Files.readAllBytes(exported.resolve("model.esp")),
        Files.readAllBytes(target.resolve("model.esp")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--within 1 | --within: must be in [0, 1), found 1.0",
        "--within -0.1 | --within: must be in [0, 1), found -0.1",
        "--max-bytes 0 | --max-bytes: must be at least 1, found 0",
        "--min-accuracy 90 | --min-accuracy: must be in (0, 1], found 90.0",
        "--within 0.1 --knee | mutually exclusive",
        "--within much | must be a number, found much",
        "1 --knee | one of TRIAL, --within, --max-bytes, --min-accuracy and --knee must be given, found two",
        "1 2 | there is no command or argument 2",
        "'' | one of TRIAL, --within, --max-bytes, --min-accuracy and --knee must be given, found none",
      })
  void badOptionsAreRefused(String options, String problem) {
    List<Object> words = new ArrayList<>(List.of("pick", out));
    Arrays.stream(options.split(" ", -1)).filter(word -> !word.isEmpty()).forEach(words::add);
    Said said = Said.by(words.toArray());
    assertEquals(Main.USAGE, said.code(), said.out());
    assertTrue(said.err().contains(problem), said.err());
    assertEquals(1, said.err().lines().count(), said.err());
  }

  private float[][] logits(Path model) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length);
    direct.put(pixels).flip();
    try (OrtSession session = environment.createSession(model.toString());
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, direct, new long[] {IMAGES, SIZE, SIZE, 3}, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of("pixels", input))) {
      return (float[][]) result.get("logits").orElseThrow().getValue();
    }
  }

  private void write(Path file, int image) throws IOException {
    BufferedImage picture = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < SIZE * SIZE; i++) {
      int at = (image * SIZE * SIZE + i) * 3;
      int rgb = (pixels[at] & 255) << 16 | (pixels[at + 1] & 255) << 8 | (pixels[at + 2] & 255);
      picture.setRGB(i % SIZE, i / SIZE, rgb);
    }
    ImageIO.write(picture, "png", file.toFile());
  }

  /** The block of Java in the guide that defines a class. */
  private static String example(String name) throws IOException {
    Matcher blocks =
        Pattern.compile("(?s)```java\n(.*?)```")
            .matcher(Files.readString(Path.of("../docs/export.md")));
    while (blocks.find()) {
      if (blocks.group(1).contains("class " + name + " ")) {
        return blocks.group(1);
      }
    }
    throw new AssertionError("docs/export.md must have an example " + name);
  }

  private JsonNode picked() throws IOException {
    return result(pick.out().lines().findFirst().orElseThrow().replaceFirst("picked: \\d+, ", ""));
  }

  private JsonNode result(String name) throws IOException {
    return TinySweep.results(out).stream()
        .filter(line -> line.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Path checkpoint(JsonNode trial) throws IOException {
    Path stage = out.resolve("stages").resolve(trial.get("trial").asText());
    try (Stream<Path> files = Files.list(stage)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("network-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static double metric(JsonNode trial, String name) {
    return trial.get("metrics").get(name).asDouble();
  }

  private static Path copy(Path from, Path to) throws IOException {
    for (String name : Said.files(from)) {
      Path file = Path.of(name);
      Path target = to.resolve(from.relativize(file));
      if (Files.isDirectory(file)) {
        Files.createDirectories(target);
      } else {
        Files.copy(file, target);
      }
    }
    return to;
  }
}
