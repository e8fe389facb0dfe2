package dev.espalier.sweep.journal;

import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of {@link Records}: {@code POSITION.jsonl}, or {@code POSITION.WRITTEN.jsonl} for one that
 * holds the lines of several, of which POSITION was the last. Earlier versions wrote one line a
 * file, {@code POSITION.json}.
 *
 * @param position where its lines stand among all
 * @param written when it was written; {@code position} unless it was merged
 */
record RecordFile(String name, Position position, Position written, long bytes)
    implements Comparable<RecordFile> {
  private static final String NUMBER = "(\\d{6})-(\\d{8})";
  private static final Comparator<RecordFile> ORDER =
      Comparator.<RecordFile, Position>comparing(file -> file.position())
          .thenComparing(file -> file.written())
          .thenComparing(file -> file.name());
  private static final Pattern NAME = Pattern.compile(NUMBER + "(?:\\." + NUMBER + ")?\\.jsonl?");

  /**
   * A place in the order of all lines, unique to one file as far as it was written there.
   *
   * @param generation of the {@link Lease} under which it was written
   * @param number counts on from file to file
   */
  record Position(long generation, long number) implements Comparable<Position> {
    @Override
    public int compareTo(Position other) {
      return Comparator.comparingLong(Position::generation)
          .thenComparingLong(Position::number)
          .compare(this, other);
    }

    @Override
    public String toString() {
      return "%06d-%08d".formatted(generation, number);
    }
  }

  /** The name of a file of new lines. */
  static String name(Position position) {
    return position + ".jsonl";
  }

  /** The name of a file that is written in place of several. */
  static String name(Position last, Position written) {
    return "%s.%s.jsonl".formatted(last, written);
  }

  /** The files in a folder, in the order of their lines. */
  static List<RecordFile> list(Storage files, String folder) throws IOException {
    return files.list(folder).stream().flatMap(file -> of(file).stream()).sorted().toList();
  }

  private static Optional<RecordFile> of(Storage.Entry file) {
    Matcher name = NAME.matcher(file.name());
    if (!name.matches()) {
      return Optional.empty();
    }
    Position position = parsed(name.group(1), name.group(2));
    boolean merged = name.group(3) != null;
    return Optional.of(
        new RecordFile(
            file.name(),
            position,
            merged ? parsed(name.group(3), name.group(4)) : position,
            file.bytes()));
  }

  private static Position parsed(String generation, String number) {
    return new Position(Long.parseLong(generation), Long.parseLong(number));
  }

  /** Whether it holds the lines of several. */
  boolean isMerged() {
    return !written.equals(position);
  }

  @Override
  public int compareTo(RecordFile other) {
    return ORDER.compare(this, other);
  }
}
