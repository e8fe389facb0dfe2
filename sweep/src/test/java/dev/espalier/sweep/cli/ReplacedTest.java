package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Pool;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep of one's own network on one's own images, whose files are replaced or go. */
@Tag("slow")
class ReplacedTest {
  private static final int SIZE = 8;

  @TempDir private Path folder = Path.of("");
  private Path model = Path.of("");
  private Path photos = Path.of("");
  private Path config = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void oneSweep() throws Exception {
    model = folder.resolve("mine.zip");
    photos = folder.resolve("photos");
    config = folder.resolve("own.yaml");
    out = folder.resolve("out");
    save(1);
    Random random = new Random(1);
    for (String kind : List.of("cats", "dogs")) {
      for (int i = 0; i < 20; i++) {
        draw(Files.createDirectories(photos.resolve(kind)).resolve(i + ".png"), random);
      }
    }
    Files.write(
        config,
        List.of(
            "name: own",
            "dataset: {name: images, path: photos, validation: 8, size: 8}",
            "baseline: {from: " + model + ", batch: 8}",
            "fine-tune: {learning-rate: 0.01}",
            "grid: {sparsity: [0, 0.5], centroids: [none, 4]}"));
    assertEquals(Main.DONE, run().code());
  }

  @Test
  void anotherNetworkUnderTheSamePathIsRefused() throws Exception {
    String before = StageId.sha256(Files.readAllBytes(model));
    List<String> files = Said.files(out);
    String journal = Files.readString(out.resolve("results.jsonl"));
    save(2);
    Said replaced = run();
    assertEquals(Main.USAGE, replaced.code(), replaced.err());
    String now = StageId.sha256(Files.readAllBytes(model));
    assertEquals(
        """
        OUT: must be the folder of this sweep, found results of other data, another network or another version of espalier
          baseline.from: the file had the SHA-256 BEFORE, found NOW
        These results stay as they are, for front, report, pick, track and status; to start a new sweep, use another --out, or another name (--set name=...)
        """
            .replace("OUT", out.toString())
            .replace("BEFORE", before)
            .replace("NOW", now),
        replaced.err());
    assertEquals(files, Said.files(out));
    assertEquals(journal, Files.readString(out.resolve("results.jsonl")));
    save(1);
    assertEquals(Main.DONE, run().code());
    Said wider = run("--set", "grid.sparsity=[0,0.5,0.7]", "--set", "seeds=[1,2]");
    assertEquals(Main.DONE, wider.code(), wider.err());
    assertEquals(12, Files.readAllLines(out.resolve("results.jsonl")).size());
  }

  @Test
  void otherImagesUnderTheSamePathAreRefused() throws IOException {
    Path changed = copyOfPhotos("changed");
    draw(changed.resolve("photos/cats/3.png"), new Random(7));
    Said replaced = run("--data", changed);
    assertEquals(Main.USAGE, replaced.code(), replaced.err());
    assertTrue(
        replaced.err().contains("\n  dataset: the images of images had the digest "),
        replaced.err());
    Path more = copyOfPhotos("more");
    draw(more.resolve("photos/dogs/more.png"), new Random(8));
    Said larger = run("--data", more);
    assertEquals(Main.USAGE, larger.code(), larger.err());
    assertTrue(
        larger
            .err()
            .contains(
                "\n  dataset: there were 24 training, 8 validation and 8 test images of 8x8x3 in 2 classes, found 25 training, "),
        larger.err());
    assertEquals(Main.DONE, run("--data", copyOfPhotos("same")).code());
  }

  private Path copyOfPhotos(String to) throws IOException {
    Path copy = folder.resolve(to);
    try (Stream<Path> files = Files.walk(photos)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = copy.resolve(folder.relativize(file).toString());
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        Files.copy(file, target);
      }
    }
    return copy;
  }

  @Test
  void withoutTheFileAndTheImagesAllCanStillBeRead() throws IOException {
    remove(photos);
    Files.delete(model);
    for (List<Object> command :
        List.<List<Object>>of(
            List.of("status", out),
            List.of("front", out),
            List.of("report", out),
            List.of("pick", out, "--knee"),
            List.of("track", out, "--to", "embedded"),
            List.of("measure", out, "--seconds", "0.01"),
            List.of("clean", out))) {
      Said said = Said.by(command.toArray());
      assertEquals(Main.DONE, said.code(), command + ": " + said.out() + said.err());
    }
    assertEquals(Main.USAGE, run().code());
  }

  private Said run(Object... options) {
    List<Object> words = new ArrayList<>(List.of("run", config, "--out", out));
    words.addAll(List.of(options));
    if (!words.contains("--data")) {
      words.addAll(List.of("--data", folder));
    }
    return Said.by(words.toArray());
  }

  private void save(int seed) throws Exception {
    Network network =
        new Network(
            SIZE,
            SIZE,
            3,
            List.of(
                new Layer.Convolution("conv", "input", 3, 4, 3, 1, 1, true, Layer.Activation.RELU),
                Pool.max("pool", "conv", 2),
                new Layer.Output("out", "pool", SIZE * SIZE, 2)));
    try (TrainableNetwork own = TrainableNetwork.of(network, Initialization.of(network, seed))) {
      own.save(model);
    }
    // A zip holds the time: what was saved first is the file of its seed.
    Path first = folder.resolve("seed" + seed + ".zip");
    if (!Files.exists(first)) {
      Files.copy(model, first);
    }
    Files.write(model, Files.readAllBytes(first));
  }

  private static void draw(Path file, Random random) throws IOException {
    BufferedImage picture = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < SIZE * SIZE; i++) {
      picture.setRGB(i % SIZE, i / SIZE, random.nextInt(1 << 24));
    }
    ImageIO.write(picture, "png", file.toFile());
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
