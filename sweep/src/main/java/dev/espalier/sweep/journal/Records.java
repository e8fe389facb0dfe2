package dev.espalier.sweep.journal;

import dev.espalier.sweep.journal.RecordFile.Position;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Journal lines in files that are written once, for file systems that cannot append: a {@link
 * RecordFile} holds the lines of one {@link #append}, or those of several such files.
 *
 * <p>Two rules keep the order whatever is late. The position of a file begins with the generation
 * of the {@link Lease} under which it was written, so what a run writes that has lost its lease and
 * not yet noticed comes before, and never after, what the next run writes. And a merged file takes
 * the place of files that follow each other, at the position of the last: of each stage it says
 * what was last said up to there. So it says nothing new beside those that it was merged from,
 * which are deleted once it is written, and a run that is killed in between leaves lines twice and
 * changes no result.
 */
public final class Records implements Lines {
  private static final String UNFINISHED = ".tmp";

  /** After so many files of its own, a run merges them. */
  private static final int MERGED_TOGETHER = 64;

  /** A merged file has no more, unless one line has: many at a time must fit into memory. */
  private static final long MERGED_BYTES = 2 << 20;

  /**
   * Permits to read lines, which waits for nothing: more than there are cores would only hold more
   * of what is half read in memory.
   */
  private static final Semaphore CORES = new Semaphore(Runtime.getRuntime().availableProcessors());

  private final Lease lease;
  private final String folder;
  private final Reader reader;
  private long next;
  private int unmerged;

  private Records(Lease lease, String folder, Reader reader, long next) {
    this.lease = lease;
    this.folder = folder;
    this.reader = reader;
    this.next = next;
  }

  /** Reads the lines that are there, as {@link #read} does, and gets ready to write more. */
  static Records open(Lease lease, String folder, Reader reader) throws IOException {
    Storage files = lease.directory().files();
    List<String> unfinished =
        files.list(folder).stream()
            .map(Storage.Entry::name)
            .filter(name -> name.endsWith(UNFINISHED))
            .toList();
    delete(files, folder, unfinished);
    long last =
        read(files, folder, reader).stream()
            .flatMap(file -> Stream.of(file.position(), file.written()))
            .mapToLong(Position::number)
            .max()
            .orElse(0);
    return new Records(lease, folder, reader, last + 1);
  }

  /**
   * Gives every line to {@code reader}; a last line of a file that is torn counts as not written.
   *
   * @return all files, in the order of their lines
   * @throws RefusedException if a line is whole and no line of the journal, or contradicts itself
   */
  public static List<RecordFile> read(Storage files, String folder, Reader reader)
      throws IOException {
    List<RecordFile> all = RecordFile.list(files, folder);
    while (true) {
      List<List<Runnable>> read = List.of();
      IOException problem = null;
      try {
        read = Requests.all(all, file -> lines(files, folder, file, reader).takeOver());
      } catch (IOException e) {
        problem = e;
      }
      List<RecordFile> now = RecordFile.list(files, folder);
      if (!wasMerged(all, now)) {
        if (problem != null) {
          throw problem;
        }
        read.forEach(lines -> lines.forEach(Runnable::run));
        return all;
      }
      all = now;
    }
  }

  /** Whether a run at work has merged some of {@code before}, or did while these were listed. */
  private static boolean wasMerged(List<RecordFile> before, List<RecordFile> now) {
    Set<String> names = before.stream().map(RecordFile::name).collect(Collectors.toSet());
    Set<String> gone = new HashSet<>(names);
    now.forEach(file -> gone.remove(file.name()));
    return !gone.isEmpty()
        || now.stream().anyMatch(file -> file.isMerged() && !names.contains(file.name()));
  }

  /** The good lines of a file, and what takes each over. */
  private record Content(List<String> lines, List<Runnable> takeOver) {}

  private static Content lines(Storage files, String folder, RecordFile file, Reader reader)
      throws IOException {
    String name = folder + "/" + file.name();
    byte[] content = files.read(name);
    CORES.acquireUninterruptibly();
    try {
      List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
      return lines(lines, files.address() + "/" + name, reader);
    } finally {
      CORES.release();
    }
  }

  private static Content lines(List<String> lines, String place, Reader reader) {
    List<Runnable> takeOver = new ArrayList<>(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.size() == 1 ? place : place + ":" + (i + 1);
      try {
        takeOver.add(reader.read(lines.get(i), line));
      } catch (IllegalArgumentException e) {
        if (i < lines.size() - 1 || !Lines.isTorn(lines.get(i), e)) {
          throw Lines.refused(line, e);
        }
        return new Content(lines.subList(0, i), takeOver);
      }
    }
    return new Content(lines, takeOver);
  }

  /**
   * {@inheritDoc}
   *
   * @throws RefusedException if another run has taken the lease
   */
  @Override
  public void append(List<String> lines) throws IOException {
    lease.requireHeldLately();
    Position position = position();
    write(RecordFile.name(position), lines);
    unmerged++;
    if (unmerged == MERGED_TOGETHER) {
      unmerged = 0;
      merge(lease.generation());
    }
  }

  private Position position() {
    return new Position(lease.generation(), next++);
  }

  private void write(String name, Collection<String> lines) throws IOException {
    String file = folder + "/" + name;
    String content = lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    files().replace(file, content.getBytes(StandardCharsets.UTF_8), file + UNFINISHED);
  }

  /**
   * Merges what follows each other.
   *
   * @param since only together with files that a run of this generation or a later one wrote
   */
  private void merge(long since) {
    try {
      for (List<RecordFile> run : runs(RecordFile.list(files(), folder))) {
        if (run.size() > 1 && run.stream().anyMatch(f -> f.written().generation() >= since)) {
          lease.requireHeldLately();
          merge(run);
        }
      }
    } catch (IOException | RefusedException e) {
      return; // Nothing is lost. Whatever is wrong stops the next line too.
    }
  }

  private void merge(List<RecordFile> run) throws IOException {
    Set<String> lines = new LinkedHashSet<>();
    for (Content file : Requests.all(run, file -> lines(files(), folder, file, reader))) {
      for (String line : file.lines()) {
        lines.remove(line); // Of equal lines the last counts.
        lines.add(line);
      }
    }
    write(RecordFile.name(run.get(run.size() - 1).position(), position()), lines);
    delete(files(), folder, run.stream().map(RecordFile::name).toList());
  }

  /** All files, in parts that are short enough for one; those of one position stay together. */
  private static List<List<RecordFile>> runs(List<RecordFile> all) {
    List<List<RecordFile>> runs = new ArrayList<>();
    List<RecordFile> run = new ArrayList<>();
    long bytes = 0;
    for (RecordFile file : all) {
      boolean fits = bytes + file.bytes() <= MERGED_BYTES;
      if (!run.isEmpty() && !fits && !run.get(run.size() - 1).position().equals(file.position())) {
        runs.add(run);
        run = new ArrayList<>();
        bytes = 0;
      }
      run.add(file);
      bytes += file.bytes();
    }
    runs.add(run);
    return runs;
  }

  private static void delete(Storage files, String folder, List<String> names) throws IOException {
    var unused =
        Requests.all(
            names,
            name -> {
              files.delete(folder + "/" + name);
              return name;
            });
  }

  private Storage files() {
    return lease.directory().files();
  }

  /** Leaves as few files as there can be: a sweep is read more often than it is run. */
  @Override
  public void close() {
    merge(0);
  }
}
