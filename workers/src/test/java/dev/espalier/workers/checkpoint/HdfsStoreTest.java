package dev.espalier.workers.checkpoint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.Storages;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real HDFS of one machine, with blocks of one megabyte. */
@Tag("slow")
class HdfsStoreTest implements CheckpointStoreContract {
  private static final AtomicInteger FOLDERS = new AtomicInteger();

  @TempDir private static @Nullable Path disk;
  private static @Nullable MiniDFSCluster hdfs;

  @BeforeAll
  static void start() throws Exception {
    Configuration settings = new Configuration();
    settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, String.valueOf(disk));
    settings.setLong("dfs.blocksize", 1 << 20);
    hdfs = new MiniDFSCluster.Builder(settings).numDataNodes(1).build();
    hdfs.waitClusterUp();
  }

  @AfterAll
  static void stop() {
    if (hdfs != null) {
      hdfs.shutdown();
    }
  }

  @Override
  public Storage storage() {
    String address = Objects.requireNonNull(hdfs).getURI().toString();
    return Storages.at(address + "/folder-" + FOLDERS.incrementAndGet() + "/stages");
  }

  @Test
  void aFileIsSpreadOverBlocks() throws Exception {
    Storage folder = storage();
    folder.write("large.bin", new byte[3_000_000]);
    long blocks = Objects.requireNonNull(hdfs).getNamesystem().getBlocksTotal();
    assertTrue(blocks >= 3, "found " + blocks + " blocks");
  }
}
