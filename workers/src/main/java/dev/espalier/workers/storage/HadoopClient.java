package dev.espalier.workers.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
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
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.ipc.RemoteException;

/**
 * Hadoop's clients, configured by {@code core-site.xml} and {@code hdfs-site.xml} on the class path
 * or in {@code $HADOOP_CONF_DIR}.
 */
final class HadoopClient {
  private static final Configuration SETTINGS = settings();
  private static final Map<String, FileContext> CONTEXTS = new ConcurrentHashMap<>();

  /** Of a first contact; users wait 10 seconds at most, the rest of the command included. */
  private static final long PATIENCE_SECONDS = 8;

  private HadoopClient() {}

  /** The file system of an address, shared by all threads of this process. */
  static FileSystem files(URI address) throws IOException {
    try {
      return FileSystem.get(address, SETTINGS);
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  static FileContext context(URI address) throws IOException {
    String system = address.getScheme() + "://" + address.getAuthority();
    FileContext context = CONTEXTS.get(system);
    if (context == null) {
      context = FileContext.getFileContext(address, SETTINGS);
      CONTEXTS.put(system, context);
    }
    return context;
  }

  /** Something to ask a file system. */
  interface Question {
    boolean ask(FileSystem files) throws IOException;
  }

  /**
   * Asks a file system of an address something at the first contact, and gives up after seconds,
   * whichever part of the way there is silent: a name server, a connection, a file system.
   */
  static void withinSeconds(URI address, Question question) throws IOException {
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
      var unused = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
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

  /**
   * A file system of its own that gives up within seconds. Hadoop's usual patience outlasts a
   * restart of the name node, but at the first contact it hides a mistyped address for minutes.
   */
  private static FileSystem impatient(URI address) throws IOException {
    Configuration settings = new Configuration(SETTINGS);
    settings.setInt("ipc.client.connect.timeout", 5_000);
    settings.setInt("ipc.client.connect.max.retries", 1);
    settings.setInt("ipc.client.connect.max.retries.on.timeouts", 0);
    settings.setInt("ipc.client.rpc-timeout.ms", 10_000);
    // With two name nodes: each is asked twice.
    settings.setInt("dfs.client.failover.max.attempts", 3);
    settings.setInt("dfs.client.failover.sleep.max.millis", 1_000);
    settings.setInt("dfs.client.block.write.locateFollowingBlock.retries", 1);
    settings.setInt("fs.s3a.attempts.maximum", 2);
    settings.setInt("fs.s3a.retry.limit", 2);
    try {
      return FileSystem.newInstance(address, settings);
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** What went wrong, in a line, and what to do about it. */
  static String reason(IOException e, URI address) {
    Throwable root = e;
    while (root.getCause() != null && !(root instanceof RemoteException)) {
      root = root.getCause();
    }
    String scheme = String.valueOf(address.getScheme());
    if (root instanceof ClassNotFoundException || root instanceof UnsupportedFileSystemException) {
      return "no client for %s on the class path; add the jars of its Hadoop connector (s3a: hadoop-aws)"
          .formatted(scheme);
    } else if (root instanceof UnknownHostException) {
      return "the host of %s is unknown; check the address, or let HADOOP_CONF_DIR name the folder of your Hadoop settings"
          .formatted(address.getAuthority());
    } else if (root instanceof ConnectException
        || root instanceof SocketTimeoutException
        || root instanceof EOFException) {
      return "nobody answers at %s; check the address and that the file system is running"
          .formatted(address.getAuthority());
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    if (message.startsWith("RPC response")) {
      return "what answers at %s is no name node; give its RPC port, often 8020 or 9000, not that of its web pages"
          .formatted(address.getAuthority());
    }
    return message.lines().findFirst().orElse(root.toString());
  }

  private static Configuration settings() {
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
    // as
    // long each time, rather than after 400 ms, which a small file would mostly wait.
    settings.setInt("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", 20);
    settings.setInt("dfs.client.block.write.locateFollowingBlock.retries", 10);
    // Stages that Ctrl-C stops still take their unfinished files away.
    settings.setBoolean("fs.automatic.close", false);
    return settings;
  }
}
