package dev.espalier.workers.data;

import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.storage.Bounded;
import dev.espalier.workers.storage.Durable;
import dev.espalier.workers.storage.FileTrouble;
import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.StorageException;
import dev.espalier.workers.storage.TooLongException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of a data set that lies on another file system, copied to this machine once. The
 * processes of a machine share the copy; a lock lets one of them fetch while the others wait.
 *
 * @param from the folder that {@code --data} names
 * @param to the folder of the copy, laid out alike
 */
record LocalCopy(DataSource source, Storage from, Path to) {
  private static final String LIST = ".fetched";

  /** The list of a million files has half of it. */
  private static final int LIST_BYTES = Math.min(1 << 28, Bounded.MOST_BYTES);

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) (\\d+) (\\d+) (.+)");

  /** A file as it was when it was fetched. */
  private record Fetched(String sha256, long bytes, long modifiedMillis) {
    boolean isStill(Storage.Entry now) {
      return bytes == now.bytes() && modifiedMillis == now.modifiedMillis();
    }
  }

  /** The copy of {@code source} below {@code cache}, a folder for copies of any data set. */
  static LocalCopy below(Path cache, DataSource source, Storage from) {
    String text = from.address() + "\n" + source.name() + "\n" + source.path();
    String key = StageId.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    return new LocalCopy(source, from, cache.resolve(source.name() + "-" + key));
  }

  /** Where copies lie: $ESPALIER_CACHE, else .cache/espalier in the home folder. */
  static Path cache() {
    String named = System.getenv("ESPALIER_CACHE");
    if (named != null && !named.isBlank()) {
      return Path.of(named);
    }
    Path home = Path.of(System.getProperty("user.home", ""));
    return Files.isWritable(home)
        ? home.resolve(".cache").resolve("espalier")
        : Path.of(System.getProperty("java.io.tmpdir"), "espalier-cache");
  }

  /**
   * Brings the copy up to date: what is missing, has changed over there or is damaged here is
   * fetched.
   *
   * @return the folder of the copy
   * @throws DataException if there is nothing to fetch
   */
  Path refresh() throws IOException, DataException {
    Map<String, Storage.Entry> there = new TreeMap<>();
    if (source.path() != null) {
      collect(source.path(), true, ".*", there);
    } else {
      boolean cifar = source.name().equals("cifar10");
      for (String folder : cifar ? Cifar10.folders() : Idx.folders(source.name())) {
        collect(folder, false, cifar ? ".*\\.bin" : ".*-ubyte(\\.gz)?", there);
      }
    }
    if (there.isEmpty()) {
      throw new DataException(
          "%s: must hold the files of %s, found none; copy the folder there that holds them%s"
              .formatted(
                  from.address(),
                  source.name(),
                  source.path() == null ? ", " + DataException.howToGet(source.name()) : ""));
    }
    Files.createDirectories(to);
    try (FileChannel channel =
            FileChannel.open(
                to.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      refresh(there, lock);
    }
    return to;
  }

  private void refresh(Map<String, Storage.Entry> there, FileLock lock) throws IOException {
    if (!lock.isValid()) {
      throw new IOException(to + ": the lock is gone");
    }
    Map<String, Fetched> before = fetched();
    StringBuilder list = new StringBuilder();
    for (Map.Entry<String, Storage.Entry> file : there.entrySet()) {
      Fetched known = before.remove(file.getKey());
      Path here = to.resolve(file.getKey());
      if (known == null || !known.isStill(file.getValue()) || !isWhole(here, known)) {
        known = fetch(file.getKey(), here, file.getValue());
      }
      list.append(known.sha256()).append(' ').append(known.bytes()).append(' ');
      list.append(known.modifiedMillis()).append(' ').append(file.getKey()).append('\n');
    }
    for (String gone : before.keySet()) {
      Files.deleteIfExists(to.resolve(gone));
    }
    Durable.replace(to.resolve(LIST), list.toString().getBytes(StandardCharsets.UTF_8));
  }

  private Fetched fetch(String name, Path here, Storage.Entry there) throws IOException {
    Files.createDirectories(here.getParent());
    long bytes;
    try (InputStream content = from.open(name)) {
      bytes = Bounded.copy(content, here, there.bytes());
    } catch (StorageException | InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new StorageException(
          "%s/%s: must be a file that can be copied to %s, found: %s"
              .formatted(from.address(), name, here, FileTrouble.reason(e)),
          e);
    }
    if (bytes != there.bytes()) {
      throw new IOException(
          "%s/%s: must be %d bytes, found %d"
              .formatted(from.address(), name, there.bytes(), bytes));
    }
    return new Fetched(sha256(here), bytes, there.modifiedMillis());
  }

  /**
   * Lists the files of a folder.
   *
   * @param deep whether its folders are looked into
   * @param form of the names that count
   */
  private void collect(String folder, boolean deep, String form, Map<String, Storage.Entry> files)
      throws IOException {
    for (Storage.Entry entry : from.list(folder)) {
      String name = folder.isEmpty() ? entry.name() : folder + "/" + entry.name();
      if (entry.isFolder() && deep) {
        collect(name, true, form, files);
      } else if (!entry.isFolder() && entry.name().matches(form)) {
        files.put(name, entry);
      }
    }
  }

  private Map<String, Fetched> fetched() throws IOException {
    Map<String, Fetched> files = new TreeMap<>();
    Path list = to.resolve(LIST);
    if (Files.exists(list)) {
      for (String line : lines(list)) {
        Matcher parts = LINE.matcher(line);
        if (parts.matches()) {
          files.put(
              parts.group(4),
              new Fetched(
                  parts.group(1), Long.parseLong(parts.group(2)), Long.parseLong(parts.group(3))));
        }
      }
    }
    return files;
  }

  private static List<String> lines(Path list) throws IOException {
    try {
      byte[] content = Bounded.read(list, LIST_BYTES);
      return new String(content, StandardCharsets.UTF_8).lines().toList();
    } catch (TooLongException e) {
      throw new IOException(
          "%s: %s; remove the folder, and the data set is fetched again"
              .formatted(list, e.getMessage()),
          e);
    }
  }

  private static boolean isWhole(Path file, Fetched known) throws IOException {
    return Files.isRegularFile(file) && sha256(file).equals(known.sha256());
  }

  private static String sha256(Path file) throws IOException {
    return StageId.sha256(Bounded.read(file, Bounded.MOST_BYTES));
  }
}
