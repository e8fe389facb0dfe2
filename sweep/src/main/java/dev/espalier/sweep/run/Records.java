package dev.espalier.sweep.run;

import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines as one file each, for file systems where a file cannot be written on: {@code
 * GENERATION-NUMBER.json}. The generation is that of the {@link Lease} under which a line was
 * written, so what a run writes that has lost its lease and not yet noticed comes before, and never
 * after, what the next run writes.
 */
final class Records implements Lines {
  private static final Pattern NAME = Pattern.compile("(\\d{6})-(\\d{8})\\.json");
  private static final String UNFINISHED = ".tmp";

  /** A read waits for the network, not for a core. */
  private static final int READERS = 16;

  private final Lease lease;
  private final String folder;
  private long next;

  private Records(Lease lease, String folder, long next) {
    this.lease = lease;
    this.folder = folder;
    this.next = next;
  }

  /** Reads the lines that are there, as {@link #read} does, and gets ready to write more. */
  static Records open(Lease lease, String folder, Reader reader) throws IOException {
    Storage files = lease.directory().files();
    for (Storage.Entry file : files.list(folder)) {
      if (file.name().endsWith(UNFINISHED)) {
        files.delete(folder + "/" + file.name());
      }
    }
    List<String> names = read(files, folder, reader);
    long last =
        names.stream().mapToLong(name -> Long.parseLong(parts(name).group(2))).max().orElse(0);
    return new Records(lease, folder, last + 1);
  }

  /**
   * Gives every line to {@code reader}; one that is torn counts as not written.
   *
   * @return the names of all records, in order
   * @throws RefusedException if a line is whole and no line of the journal, or contradicts itself
   */
  static List<String> read(Storage files, String folder, Reader reader) throws IOException {
    List<String> names =
        files.list(folder).stream()
            .map(Storage.Entry::name)
            .filter(name -> NAME.matcher(name).matches())
            .sorted()
            .toList();
    List<String> lines = contents(files, folder, names);
    for (int i = 0; i < names.size(); i++) {
      String place = files.address() + "/" + folder + "/" + names.get(i);
      try {
        reader.accept(lines.get(i), place);
      } catch (IllegalArgumentException e) {
        if (!Lines.isTorn(lines.get(i), e)) {
          throw Lines.refused(place, e);
        }
      }
    }
    return names;
  }

  private static List<String> contents(Storage files, String folder, List<String> names)
      throws IOException {
    ExecutorService readers = Executors.newFixedThreadPool(READERS);
    try {
      List<Future<byte[]>> reads = new ArrayList<>();
      for (String name : names) {
        reads.add(readers.submit(() -> files.read(folder + "/" + name)));
      }
      List<String> lines = new ArrayList<>();
      for (Future<byte[]> read : reads) {
        lines.add(new String(read.get(), StandardCharsets.UTF_8));
      }
      return lines;
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the journal was read", e);
    } finally {
      readers.shutdownNow();
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws RefusedException if another run has taken the lease
   */
  @Override
  public void append(String line) throws IOException {
    String name = "%s/%06d-%08d.json".formatted(folder, lease.generation(), next);
    lease.write(name, (line + "\n").getBytes(StandardCharsets.UTF_8));
    next++;
  }

  @Override
  public void close() {}

  private static Matcher parts(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw new AssertionError(name);
    }
    return parts;
  }
}
