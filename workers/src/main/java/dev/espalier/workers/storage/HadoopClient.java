package dev.espalier.workers.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Hadoop's clients of this process, configured by {@link HadoopSettings}, and by {@code
 * core-site.xml} and {@code hdfs-site.xml} on the class path or in {@code $HADOOP_CONF_DIR}.
 *
 * <p>They are no others' clients: Hadoop's own cache would return one that was made with other
 * settings, or that somebody has closed.
 */
final class HadoopClient {
  /**
   * Of a first contact; users wait 15 seconds at most, the rest of the command included. Seconds in
   * which the client computes are no silence: on a busy machine it takes long to load.
   */
  private static final long PATIENCE_SECONDS = 10;

  private static final String S3_STREAM = "fs.s3a.input.stream.type";

  /** Who had the processor for longer in a second has not only waited. */
  private static final long WAITING_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static @Nullable HadoopClient current;

  private final HadoopSettings given;
  private final Configuration settings;
  private final Map<String, FileSystem> systems = new ConcurrentHashMap<>();
  private final Map<String, FileContext> contexts = new ConcurrentHashMap<>();

  private HadoopClient(HadoopSettings given) {
    this.given = given;
    this.settings = settings(given);
  }

  /** Those for the settings that this process has now. */
  static synchronized HadoopClient current() {
    HadoopClient client = current;
    if (client == null || !client.given.equals(HadoopSettings.current())) {
      client = new HadoopClient(HadoopSettings.current());
      current = client;
    }
    return client;
  }

  /** The file system of an address, shared by all threads of this process. */
  FileSystem files(URI address) throws IOException {
    try {
      return systems.computeIfAbsent(system(address), unknown -> connect(address));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private FileSystem connect(URI address) {
    try {
      return connect(address, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client of which a part is missing on the class path may fail with an error. */
  private static FileSystem connect(URI address, Configuration settings) throws IOException {
    try {
      return FileSystem.newInstance(address, settings);
    } catch (RuntimeException | LinkageError e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  FileContext context(URI address) throws IOException {
    FileContext context = contexts.get(system(address));
    if (context == null) {
      context = FileContext.getFileContext(address, settings);
      contexts.put(system(address), context);
    }
    return context;
  }

  private static String system(URI address) {
    return address.getScheme() + "://" + address.getAuthority();
  }

  /** Something to ask a file system. */
  interface Question {
    boolean ask(FileSystem files) throws IOException;
  }

  /**
   * Asks a file system of an address something at the first contact, and gives up after seconds,
   * whichever part of the way there is silent: a name server, a connection, a file system.
   */
  boolean withinSeconds(URI address, Question question) throws IOException {
    FutureTask<Boolean> answer =
        new FutureTask<>(
            () -> {
              try (FileSystem files = impatient(address)) {
                return question.ask(files);
              }
            });
    Thread asking = new Thread(answer, "first contact with " + address.getAuthority());
    asking.setDaemon(true);
    asking.start();
    try {
      return await(answer, asking.getId());
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      asking.interrupt();
      throw new IOException(
          "no answer", new SocketTimeoutException(String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      asking.interrupt();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while asking " + address);
    }
  }

  /** Waits for an answer of a thread, and not for more than so many seconds in which it waits. */
  private static boolean await(FutureTask<Boolean> answer, long asking)
      throws ExecutionException, InterruptedException, TimeoutException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long computed = 0;
    for (int silent = 0; silent < PATIENCE_SECONDS; ) {
      try {
        return answer.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException notYet) {
        long now = threads.getThreadCpuTime(asking);
        silent += now - computed < WAITING_NANOS ? 1 : 0;
        computed = now;
      }
    }
    throw new TimeoutException("no answer in %d s".formatted(PATIENCE_SECONDS));
  }

  /**
   * A file system of its own that gives up within seconds. Hadoop's usual patience outlasts a
   * restart of the name node, but at the first contact it hides a mistyped address for minutes.
   */
  private FileSystem impatient(URI address) throws IOException {
    Configuration hasty = new Configuration(settings);
    hasty.setInt("ipc.client.connect.timeout", 5_000);
    hasty.setInt("ipc.client.connect.max.retries", 1);
    hasty.setInt("ipc.client.connect.max.retries.on.timeouts", 0);
    hasty.setInt("ipc.client.rpc-timeout.ms", 10_000);
    // With two name nodes: each is asked twice.
    hasty.setInt("dfs.client.failover.max.attempts", 3);
    hasty.setInt("dfs.client.failover.sleep.max.millis", 1_000);
    hasty.setInt("dfs.client.block.write.locateFollowingBlock.retries", 1);
    hasty.set("fs.s3a.connection.establish.timeout", "3s");
    hasty.set("fs.s3a.connection.timeout", "10s");
    hasty.setInt("fs.s3a.attempts.maximum", 1);
    hasty.setInt("fs.s3a.retry.limit", 1);
    return connect(address, hasty);
  }

  /** What went wrong, in a line, and what to do about it. */
  String reason(IOException e, URI address) {
    return "s3a".equals(address.getScheme())
        ? S3Trouble.reason(e, address.getAuthority(), settings)
        : HadoopTrouble.reason(e, address);
  }

  private static Configuration settings(HadoopSettings given) {
    Configuration settings = new Configuration();
    String folder = System.getenv("HADOOP_CONF_DIR");
    if (folder != null && !folder.isBlank()) {
      for (String name : new String[] {"core-site.xml", "hdfs-site.xml"}) {
        java.nio.file.Path file = java.nio.file.Path.of(folder, name);
        if (Files.isRegularFile(file)) {
          settings.addResource(new Path(file.toUri()));
        }
      }
    }
    // Whoever closes a file before its data node has reported it asks again: after 20 ms and twice
    // as long each time, rather than after 400 ms, which a small file would mostly wait.
    settings.setInt("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", 20);
    settings.setInt("dfs.client.block.write.locateFollowingBlock.retries", 10);
    // Hadoop's default for S3, a prefetching stream, reports a missing file as an error of its own
    // and logs it. A stream that was chosen in core-site.xml stays.
    String[] sources = settings.getPropertySources(S3_STREAM);
    if (sources == null || List.of(sources).equals(List.of("core-default.xml"))) {
      settings.set(S3_STREAM, "classic");
    }
    // Stages that Ctrl-C stops still take their unfinished files away.
    settings.setBoolean("fs.automatic.close", false);
    given.values().forEach(settings::set);
    return settings;
  }
}
