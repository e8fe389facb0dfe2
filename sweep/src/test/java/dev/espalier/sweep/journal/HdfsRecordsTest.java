package dev.espalier.sweep.journal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Records on a real HDFS of one machine. */
@Tag("slow")
class HdfsRecordsTest implements RecordsContract {
  private static final AtomicInteger FOLDERS = new AtomicInteger();

  @TempDir private static java.nio.file.@Nullable Path disk;
  private static @Nullable MiniDFSCluster hdfs;

  @BeforeAll
  static void start() throws Exception {
    Configuration settings = new Configuration();
    // As our own client has it.
    settings.setInt("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", 20);
    settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, String.valueOf(disk));
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
  public RunDirectory directory() {
    String address = Objects.requireNonNull(hdfs).getURI().toString();
    return RunDirectory.at(address + "/sweep-" + FOLDERS.incrementAndGet());
  }

  @Override
  public void put(RunDirectory directory, String name, String text) throws IOException {
    FileSystem files = Objects.requireNonNull(hdfs).getFileSystem();
    try (OutputStream out = files.create(new Path(directory.address() + "/" + name))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
