package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.workers.facts.DataFacts;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets one paragraph, exit code 2, and leaves no file behind. */
class BadInputTest {
  private static final String CONFIG =
      """
      name: tiny
      dataset: {name: shapes, size: 12, train: 64, validation: 32}
      model: {architecture: resnet18, width: 0.0625}
      baseline: {epochs: 1, batch: 32, learning-rate: 0.02}
      grid:
        sparsity: [0, 0.5]
        centroids: [none, 4]
      """;

  @TempDir private Path folder = Path.of("");
  private Path config = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void writeConfig() throws IOException {
    config = Files.writeString(folder.resolve("tiny.yaml"), CONFIG);
    out = folder.resolve("out");
  }

  // Data.

  @Test
  void noDataFolderForCifar10() throws IOException {
    Path cifar = config("shapes, size: 12, train: 64", "cifar10");
    assertRefused(
        "dataset.name: cifar10 lies in files: give their folder with --data DIR, or fetch them with"
            + " `espalier data cifar10 --to DIR`",
        cifar);
  }

  @Test
  void aDataFolderWithoutTheFiles() throws IOException {
    Path cifar = config("shapes, size: 12, train: 64", "cifar10");
    assertRefused(
        folder
            + ": must hold data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin,"
            + " data_batch_5.bin, test_batch.bin, each of 30730000 bytes, found none of them; give"
            + " the folder that holds cifar-10-batches-bin with --data DIR, or fetch them with"
            + " `espalier data cifar10 --to DIR`",
        cifar,
        "--data",
        folder);
  }

  @Test
  void aMissingAndATruncatedDataFile() throws IOException {
    Path cifar = config("shapes, size: 12, train: 64", "cifar10");
    Path data = Files.createDirectories(folder.resolve("cifar-10-batches-bin"));
    for (String name : List.of("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4")) {
      sparse(data.resolve(name + ".bin"), 30_730_000);
    }
    sparse(data.resolve("test_batch.bin"), 30_729_999);
    String next =
        "; give the folder that holds cifar-10-batches-bin with --data DIR, or fetch them with"
            + " `espalier data cifar10 --to DIR`";
    assertRefused(
        data.resolve("data_batch_5.bin")
            + ": must be a file of 30730000 bytes, found no such file"
            + next
            + "\n"
            + data.resolve("test_batch.bin")
            + ": must be a file of 30730000 bytes, found 30729999 bytes"
            + next,
        cifar,
        "--data",
        folder);
  }

  @Test
  void aWrongLabel() throws IOException {
    Path mnist = config("shapes, size: 12, train: 64", "mnist");
    Path data = Files.createDirectories(folder.resolve("digits"));
    for (String part : List.of("train", "t10k")) {
      images(data.resolve(part + "-images-idx3-ubyte"));
      labels(data.resolve(part + "-labels-idx1-ubyte"), part.equals("train") ? 10 : 9);
    }
    Path file = data.resolve("train-labels-idx1-ubyte");
    Said said = refused(mnist, "--data", data);
    assertTrue(
        said.err()
            .startsWith(
                file
                    + ": must have in byte 10, the label of image 2, a number in [0, 9], found"
                    + " 10;"),
        said.err());
  }

  // The config.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sparsity: [0, 0.5] | sparsty: [0, 0.5]   | :6: grid.sparsty: unknown key; did you mean sparsity?
          sparsity: [0, 0.5] | sparsity: [0, 1]    | :6: grid.sparsity[1]: must be in [0, 1), found 1
          centroids: [none   | centroids: [0       | :7: grid.centroids[0]: must be in [1, 2048], found 0
          centroids: [none   | centroids: [2049    | :7: grid.centroids[0]: must be in [1, 2048], found 2049
          sparsity: [0, 0.5] | sparsity: []        | :6: grid.sparsity: must have at least one value, found none
          train: 64          | train: 20           | :4: baseline.batch: must be at most the 20 training images of shapes, found 32
          """)
  void aWrongValue(String right, String wrong, String message) throws IOException {
    Path bad = config(right, wrong);
    String text = refused(bad).err();
    assertTrue(text.lines().anyMatch(line -> line.equals(bad + message)), text);
  }

  @Test
  void anEmptyGrid() throws IOException {
    Path bad =
        Files.writeString(
            folder.resolve("bad.yaml"),
            CONFIG.substring(0, CONFIG.indexOf("grid:")) + "grid: {}\n");
    assertRefused(bad + ":5: grid: must have at least one axis, found none", bad);
  }

  @Test
  void aWidthThatLeavesNoChannel() throws IOException {
    Path bad = config("width: 0.0625", "width: 0.001");
    assertRefused(
        bad
            + ":3: model.width: must leave every layer at least 1 channel, found 0.001, which"
            + " leaves none of the 64 of stem.conv (resnet18)",
        bad);
  }

  @Test
  void aLayerToLeaveAloneThatNoNetworkHas() throws IOException {
    Path bad =
        config("width: 0.0625}", "width: 0.0625}\nprune: {exclude-layers: [stem, stage4.*]}");
    Said said = refused(bad);
    assertTrue(
        said.err()
            .startsWith(
                bad
                    + ":4: prune.exclude-layers: must match a layer with a kernel, found stem;"
                    + " layers are stem.conv, stage1.block1.conv1, "),
        said.err());
    // Clustering leaves alone what pruning does, so it says so too; stage4.* is right.
    assertEquals(2, said.err().lines().count(), said.err());
  }

  @Test
  void everyProblemOfAConfigAtOnce() throws IOException {
    Path bad = config("sparsity: [0, 0.5]", "sparsity: [1]\n  scoop: [flat]");
    assertEquals(2, refused(bad).err().lines().count());
  }

  @Test
  void noConfigThere() throws IOException {
    Path none = folder.resolve("none.yaml");
    assertRefused(none + ": must be a file, found none", none);
    assertRefused(folder + ": must be a file, found a folder", folder);
  }

  // The options.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --set          | grid.sparsity     | --set grid.sparsity: must be path=value, such as grid.sparsity=[0,0.5], found grid.sparsity
          --set          | grid.sparsity=[2] | --set grid.sparsity: grid.sparsity[0]: must be in [0, 1), found 2
          --set          | grid.sparsty=[0]  | --set grid.sparsty: grid.sparsty: unknown key; did you mean sparsity?
          --slots        | 0                 | --slots: must be at least 1, found 0
          --master       | foo://x           | --master: must be spark://HOST:PORT, yarn, k8s://URL or local, found foo://x
          --store        | file:x            | --store: must be an absolute address, such as file:/folder, found file:x
          --store        | hdfs:x            | --store: must be an absolute address, such as hdfs://host/folder, found hdfs:x
          --store        | foo://x/y         | foo://x/y: must be a folder that can be written to, found: no client for foo on the class path; add the jars of its Hadoop connector
          --store        | s3a://x/y         | s3a://x/y: must be a folder that can be written to, found: no client for s3a on the class path, or a part of it; build the distribution with ./mvnw package -DskipTests -Ps3, or put org.apache.hadoop:hadoop-aws:3.5.0 and software.amazon.awssdk:bundle:2.35.4 (640 MB) into lib/
          --store        | hdfs://nowhere.invalid:8020/y | hdfs://nowhere.invalid:8020/y: must be a folder that can be written to, found: the host of nowhere.invalid:8020 is unknown; check the address, or let HADOOP_CONF_DIR name the folder of your Hadoop settings
          --data         | foo://x/y         | foo://x/y: must be a folder to read, found: no client for foo on the class path; add the jars of its Hadoop connector
          --data         | hdfs:y            | --data: must be an absolute address, such as hdfs://host/folder, found hdfs:y
          --tracking-uri | file:/tmp         | --tracking-uri: the tracking URI must be http://... or https://..., found file:/tmp
          --tracking-uri | http://me:pw@host | --tracking-uri: the tracking URI must not hold a password: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD
          """)
  void aWrongOption(String option, String value, String message) throws IOException {
    assertRefused(message, config, option, value);
  }

  @Test
  @Timeout(60)
  void aStoreWhereNobodyAnswers() throws IOException {
    String address = "hdfs://127.0.0.1:" + closedPort() + "/espalier";
    String reason =
        "found: nobody answers at %s; check the address and that the file system is running"
            .formatted(address.substring("hdfs://".length(), address.lastIndexOf('/')));
    assertRefused(
        address + ": must be a folder that can be written to, " + reason,
        config,
        "--store",
        address);
    Said said = Said.by("plan", config, "--out", out, "--store", address);
    assertEquals(address + ": must be a folder to read, " + reason + "\n", said.err());
    assertEquals(Main.USAGE, said.code());
  }

  @Test
  @Timeout(60)
  void aStoreAtAWebServer() throws IOException {
    try (ServerSocket web = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread answers = new Thread(() -> answerAsAWebServer(web));
      answers.setDaemon(true);
      answers.start();
      String host = "127.0.0.1:" + web.getLocalPort();
      assertRefused(
          "hdfs://%s/x: must be a folder that can be written to, found: what answers at %s is no name node; give its RPC port, often 8020 or 9000, not that of its web pages"
              .formatted(host, host),
          config,
          "--store",
          "hdfs://" + host + "/x");
    }
  }

  /** A machine that takes the connection and is silent, as one behind a firewall is. */
  @Test
  @Timeout(60)
  void aStoreThatNeverAnswers() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String host = "127.0.0.1:" + silent.getLocalPort();
      String address = "hdfs://" + host + "/espalier";
      long start = System.nanoTime();
      Said said = Said.by("plan", config, "--out", out, "--store", address);
      assertEquals(Main.USAGE, said.code(), said.err());
      assertTrue(
          said.err()
              .endsWith(
                  address
                      + ": must be a folder to read, found: nobody answers at "
                      + host
                      + "; check the address and that the file system is running\n"),
          said.err());
      double seconds = (System.nanoTime() - start) / 1e9;
      // Hadoop's own patience is 45 s here.
      assertTrue(seconds < 30, "took " + seconds + " s");
    }
  }

  private static void answerAsAWebServer(ServerSocket web) {
    try {
      while (true) {
        try (Socket caller = web.accept()) {
          caller
              .getOutputStream()
              .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          var unused = caller.getInputStream().read();
        }
      }
    } catch (IOException closed) {
      return;
    }
  }

  @Test
  void aStoreInAFile() throws IOException {
    assertRefused(
        config
            + "/below: must be a folder that can be written to, found the file "
            + config
            + " (Not a directory)",
        config,
        "--store",
        config.resolve("below"));
  }

  @Test
  void anotherStoreThanTheSweepBeganWith() throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("spec.yaml"), CONFIG);
    Path other = folder.resolve("other");
    assertRefused(
        "--store: must be the store that the sweep in %s began with, %s, found %s; leave --store out, or use another --out. If the checkpoints were moved, write their new address into %s"
            .formatted(out, out, other, out.resolve("store.txt")),
        config,
        "--store",
        other);
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "0s", "2", "-1h", "99999999999999999999h", "1h 30m"})
  void aWrongTime(String time) throws IOException {
    assertRefused(
        "espalier run: Invalid value for option '--max-time': must be a duration such as 2h, 90m,"
            + " 1h30m or 45s, found "
            + time
            + "; espalier run --help lists commands and options",
        config,
        "--max-time=" + time);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          statsu x                 | espalier: there is no command or argument statsu, did you mean status?; espalier --help lists commands and options
          run x --retry-faild      | espalier run: there is no option --retry-faild, did you mean --retry-failed?; espalier run --help lists commands and options
          run                      | espalier run: Missing required parameter: 'CONFIG'; espalier run --help lists commands and options
          track x                  | espalier track: Missing required option: '--to=URI'; espalier track --help lists commands and options
          models --width wide      | espalier models: Invalid value for option '--width' (W): must be a number, found wide; espalier models --help lists commands and options
          models --width 0         | espalier models: a width must be in (0, 4], found 0; espalier models --help lists commands and options
          bench --model vgg        | --model: must be one of resnet18, mobilenetv2, mnist-cnn, found vgg
          bench --width 0          | --width: a width must be in (0, 4], found 0
          bench --batch 0          | --batch: must be in [1, 4096], found 0
          bench --size 7           | --size: must be in [8, 512], found 7
          bench --threads 0        | --threads: must be in [1, 256], found 0
          bench --seconds 0        | --seconds: must be in [0.01, 3600], found 0
          bench --seconds NaN      | --seconds: must be in [0.01, 3600], found NaN
          bench --rounds 0         | --rounds: must be in [1, 1000], found 0
          bench --mode test        | espalier bench: Invalid value for option '--mode': expected one of [TRAIN, INFER, BOTH] (case-insensitive) but was 'test'; espalier bench --help lists commands and options
          data nothing --to x      | data: only cifar10, mnist and fashion-mnist can be downloaded, found nothing
          """)
  void aWrongCommand(String line, String message) {
    Said said = Said.by(words(line));
    assertEquals(new Said(Main.USAGE, "", message + "\n"), said);
  }

  @Test
  void helpIsNoMistake() {
    for (String command :
        List.of(
            "", "plan ", "run ", "status ", "front ", "report ", "track ", "unpack ", "clean ",
            "fetch ", "bench ")) {
      Said said = Said.by(words(command + "--help"));
      assertEquals(Main.DONE, said.code());
      assertTrue(said.out().startsWith("Usage: espalier " + command), said.out());
    }
    assertEquals(Main.USAGE, Said.by().code(), "no command at all");
  }

  // Folders.

  @Test
  void anOutThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertOutRefused(file, "found the file " + file);
    assertOutRefused(file.resolve("below"), "found the file " + file);
    assertOutRefused(Path.of("/proc/espalier"), "found /proc, where nothing can be made");
  }

  private void assertOutRefused(Path unwritable, String found) throws IOException {
    List<String> before = Said.files(folder);
    Said said = Said.by("run", config, "--out", unwritable);
    assertEquals(Main.USAGE, said.code(), said.err());
    assertTrue(
        said.err().startsWith(unwritable + ": must be a folder that can be written to, " + found),
        said.err());
    assertTrue(said.err().endsWith("; use another --out\n"), said.err());
    assertEquals(before, Said.files(folder));
  }

  @Test
  void anOutThatBelongsToAnotherSpec() throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("spec.yaml"), CONFIG);
    assertRefused(
        out
            + ": must be the folder of this sweep, found another spec; use another --out, or"
            + " another name (--set name=...)\n"
            + "  baseline.epochs: 1 before, 3 now\n"
            + "  model: [{architecture: resnet18, width: 0.0625}] before, [{architecture: resnet18,"
            + " width: 0.125}] now",
        config,
        "--set",
        "baseline.epochs=3",
        "--set",
        "model.width=0.125");
  }

  @Test
  void aSweepOfWhichItIsNotKnownWhatItNeeds() throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("spec.yaml"), CONFIG);
    Said said = Said.by("clean", out);
    assertEquals(Main.USAGE, said.code());
    assertEquals(
        out
            + ": must be a sweep that recorded what it needs in its store, found none; run it"
            + " again, which is quick if it is complete\n",
        said.err());
  }

  @Test
  void twoRunsInOneOut() throws IOException {
    Files.createDirectories(out);
    Path lock = Files.writeString(out.resolve(".lock"), "4711\n");
    try (FileChannel held = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      held.lock();
      List<String> before = Said.files(folder);
      Said said = Said.by("run", config, "--out", out);
      assertEquals(Main.USAGE, said.code());
      assertEquals("another run (pid 4711) is at work in " + out + "\n", said.err());
      assertEquals(before, Said.files(folder));

      Files.writeString(lock, "4711\n".repeat(1_000));
      assertEquals(
          "another run (pid unknown) is at work in " + out + "\n",
          Said.by("run", config, "--out", out).err());
    }
  }

  /** As of a sweep that was fetched to a machine which does not see the store. */
  @Test
  @Timeout(60)
  void aSweepWhoseStoreCannotBeReached() throws IOException {
    String address = "hdfs://127.0.0.1:" + closedPort() + "/espalier";
    Files.createDirectories(out);
    Files.writeString(out.resolve("spec.yaml"), CONFIG);
    Files.writeString(out.resolve("store.txt"), address + "\n");
    String id = "0".repeat(64);
    new ObjectMapper()
        .writeValue(
            out.resolve("plan.json").toFile(),
            Map.of(
                "data",
                new DataFacts("shapes", "d", 12, 12, 3, 4, 64, 32, 32),
                "stages",
                List.of(new PlanFile.StageEntry(id, "train", null, null)),
                "trials",
                List.of(new PlanFile.TrialEntry(id, "dense", List.of(id)))));
    for (String command : List.of("status", "clean", "track --to http://127.0.0.1:1")) {
      List<Object> words = new ArrayList<>(List.of(words(command)));
      words.add(1, out);
      Said said = Said.by(words.toArray());
      assertEquals(Main.USAGE, said.code(), said.err());
      assertTrue(
          said.err().startsWith(address + ": must be a folder "), command + ": " + said.err());
      assertTrue(said.err().contains("found: nobody answers at "), said.err());
    }
    assertEquals(Main.DONE, Said.by("front", out).code(), "it needs no checkpoint");
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "front", "report", "clean", "track --to embedded"})
  void aFolderThatIsNoSweep(String command) throws IOException {
    List<Object> words = new ArrayList<>(List.of(words(command)));
    words.add(folder);
    List<String> before = Said.files(folder);
    assertEquals(
        new Said(
            Main.USAGE,
            "",
            folder
                + ": must be the folder of a sweep, found no spec.yaml in it; give the --out of a"
                + " run\n"),
        Said.by(words.toArray()));
    assertEquals(before, Said.files(folder));
  }

  @Test
  void nothingToUnpack() throws IOException {
    Path to = folder.resolve("to");
    String rule = ": must be a file such as model.esp or stages/ID/network-*.esp, found ";
    assertEquals(folder + rule + "a folder\n", Said.by("unpack", folder, "--to", to).err());
    Path none = folder.resolve("none.esp");
    assertEquals(none + rule + "nothing\n", Said.by("unpack", none, "--to", to).err());
    Said said = Said.by("unpack", config, "--to", to);
    assertEquals(Main.USAGE, said.code());
    assertEquals(
        config + ": byte 0: an .esp file must start with 89455350, found 6e616d65\n", said.err());
    assertFalse(Files.exists(to));
  }

  @Test
  void aFolderWhereAFileShouldBe() throws IOException {
    Files.writeString(Files.createDirectories(out).resolve("spec.yaml"), CONFIG);
    Path plan = Files.createDirectories(out.resolve("plan.json"));
    assertEquals(
        new Said(
            Main.USAGE, "", plan + ": must be a file that can be used, found: Is a directory\n"),
        Said.by("status", out));
    assertTrue(Said.by("status", out, "--debug").err().contains("\tat "));
  }

  private static Object[] words(String line) {
    return Pattern.compile(" ").split(line);
  }

  private void assertRefused(String message, Object... args) throws IOException {
    assertEquals(message + "\n", refused(args).err());
  }

  /** {@code run} with these arguments, of which nothing must be left, with and without --debug. */
  private Said refused(Object... args) throws IOException {
    List<String> before = Said.files(folder);
    List<Object> words = new ArrayList<>(List.of("run"));
    words.addAll(List.of(args));
    words.addAll(List.of("--out", out));
    Said said = Said.by(words.toArray());
    assertEquals(Main.USAGE, said.code(), said.err());
    assertEquals("", said.out());
    assertEquals(before, Said.files(folder), "nothing half-written");
    assertFalse(Pattern.compile("^\\s+at ", Pattern.MULTILINE).matcher(said.err()).find());
    words.add(1, "--debug");
    assertTrue(Said.by(words.toArray()).err().contains("\tat dev.espalier."), "--debug");
    return said;
  }

  private Path config(String right, String wrong) throws IOException {
    assertTrue(CONFIG.contains(right));
    return Files.writeString(folder.resolve("bad.yaml"), CONFIG.replace(right, wrong));
  }

  private static void sparse(Path file, long length) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(length);
    }
  }

  /** Three images of 2 x 2 pixels. */
  private static void images(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(16 + 3 * 4);
    Files.write(file, bytes.putInt(0x0803).putInt(3).putInt(2).putInt(2).array());
  }

  private static void labels(Path file, int last) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 + 3).putInt(0x0801).putInt(3);
    Files.write(file, bytes.put((byte) 0).put((byte) 1).put((byte) last).array());
  }
}
