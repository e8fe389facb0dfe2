package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sweeps whose data and checkpoints lie on a real HDFS. */
@Tag("slow")
class HdfsSweepTest {
  private static final String CONFIG =
      """
      name: tiny
      dataset: {name: mnist, validation: 32}
      model: {architecture: resnet18, width: 0.0625}
      baseline: {epochs: 1, batch: 32, learning-rate: 0.02}
      fine-tune: {learning-rate: 0.01}
      grid:
        sparsity: [0, 0.5]
        fine-tune-epochs: [0, 1, 2]
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void aSweepOnHdfsEndsAsOneOnLocalDisks() throws Exception {
    Path config = Files.writeString(folder.resolve("tiny.yaml"), CONFIG);
    Path data = folder.resolve("data");
    writeImages(Storages.of(data));
    Path local = folder.resolve("local");
    Said here = Said.by("run", config, "--out", local, "--data", data);
    assertEquals(Main.DONE, here.code(), here.err());

    Configuration settings = new Configuration();
    settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    MiniDFSCluster hdfs = new MiniDFSCluster.Builder(settings).numDataNodes(1).build();
    String store = hdfs.getURI() + "/espalier";
    String images = hdfs.getURI() + "/images";
    Path out = folder.resolve("out");
    try {
      hdfs.waitClusterUp();
      writeImages(Storages.at(images));
      Said less =
          Said.by(
              "run",
              config,
              "--out",
              out,
              "--data",
              images,
              "--store",
              store,
              "--set",
              "seeds=1",
              "--set",
              "grid.fine-tune-epochs=[0,2]");
      assertEquals(Main.DONE, less.code(), less.err());
      assertTrue(less.out().startsWith("Sweep tiny in " + out + ", checkpoints in " + store));
      assertFalse(Files.exists(out.resolve("stages")));
      Said more = Said.by("run", config, "--out", out, "--data", images);
      assertEquals(Main.DONE, more.code(), more.err());
      assertEquals(TinySweep.sameResults(local), TinySweep.sameResults(out));

      Path other = folder.resolve("other");
      Said taken = Said.by("run", config, "--out", other, "--data", data, "--store", store + "/");
      assertTrue(taken.out().contains("every stage is done, 6 taken from the store."), taken.out());
      assertEquals(TinySweep.sameResults(local), TinySweep.sameResults(other));
      Said front =
          Said.by("run", config, "--out", other, "--data", data, "--set", "checkpoints=front");
      assertTrue(front.out().contains("checkpoints off the front removed: 0 B"), front.out());
      Said clean = Said.by("clean", out);
      assertTrue(clean.out().contains("; 6 checkpoints stay, "), clean.out() + clean.err());
      aSweepMayLieThereWhole(config, hdfs.getURI().toString(), images, local);
    } finally {
      hdfs.shutdown();
    }
    Said away = Said.by("run", config, "--out", out, "--data", data);
    assertEquals(Main.USAGE, away.code());
    assertTrue(
        away.err()
            .startsWith(
                store + ": must be a folder that can be written to, found: nobody answers at "),
        away.err());
    assertEquals(1, away.err().lines().count(), away.err());
    assertEquals(Main.DONE, Said.by("front", out).code(), "the journal needs no store");
  }

  /** Config, journal, lock and checkpoints. */
  private void aSweepMayLieThereWhole(Path config, String hdfs, String images, Path local)
      throws IOException {
    Storages.at(hdfs + "/").write("tiny.yaml", Files.readAllBytes(config));
    String address = hdfs + "/sweeps/tiny";
    for (String epochs : new String[] {"[0,1]", "[0,1,2]"}) {
      Said run =
          Said.by(
              "run",
              hdfs + "/tiny.yaml",
              "--out",
              address,
              "--data",
              images,
              "--tracking-uri",
              "none",
              "--set",
              "grid.fine-tune-epochs=" + epochs);
      assertEquals(Main.DONE, run.code(), run.err());
    }
    assertTrue(Said.by("status", address).out().startsWith("stages: 6 done, 0 running"));
    Path home = folder.resolve("home");
    assertEquals(Main.DONE, Said.by("fetch", address, home).code());
    assertEquals(TinySweep.sameResults(local), TinySweep.sameResults(home));
    assertEquals(Said.by("front", home), Said.by("front", address));
    assertTrue(Said.by("clean", address).out().contains("; 6 checkpoints stay, "));
  }

  /**
   * 160 training and 32 test images of 12 x 12 pixels: grey noise, brighter from class to class.
   */
  private static void writeImages(Storage folder) throws IOException {
    Random random = new Random(1);
    for (String part : new String[] {"train", "t10k"}) {
      int count = part.equals("train") ? 160 : 32;
      ByteBuffer images = ByteBuffer.allocate(16 + count * 144);
      images.putInt(0x0803).putInt(count).putInt(12).putInt(12);
      ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count);
      for (int i = 0; i < count; i++) {
        labels.put((byte) (i % 10));
        for (int p = 0; p < 144; p++) {
          images.put((byte) (i % 10 * 20 + random.nextInt(40)));
        }
      }
      folder.write("mnist/" + part + "-images-idx3-ubyte", images.array());
      folder.write("mnist/" + part + "-labels-idx1-ubyte", labels.array());
    }
  }
}
