package dev.espalier.workers.data;

import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The data sets of this JVM, each held once. */
public final class Datasets {
  /** All names there are. */
  public static final List<String> NAMES =
      List.of("cifar10", "fashion-mnist", "images", "mnist", "shapes");

  // Soft: memory that nobody uses may go, but while anybody holds a data set it is the only copy.
  private static final Map<Key, SoftReference<Dataset>> LOADED = new HashMap<>();

  // Brought up to date once a process.
  private static final Map<Source, Path> COPIES = new HashMap<>();

  private record Source(DataSource source, String address) {}

  private record Key(DataSource source, @Nullable Path dataDir) {}

  private Datasets() {}

  /**
   * As {@link #load}, from an address; from another file system the files are copied to this
   * machine first.
   *
   * @param address {@code --data}, as {@link Storages#at} takes it; null where there is none
   * @throws IOException if the other file system cannot be read
   */
  public static synchronized Dataset loadFrom(DataSource source, @Nullable String address)
      throws DataException, IOException {
    String path = source.path();
    if (address == null || !Storages.isElsewhere(address)) {
      return load(source, address == null ? null : folder(address));
    }
    if (source.name().equals("shapes") || (path != null && Path.of(path).isAbsolute())) {
      return load(source, null);
    }
    if (path != null && Path.of(path).normalize().startsWith("..")) {
      throw new DataException("dataset.path: must lie below %s, found %s".formatted(address, path));
    }
    Source asked = new Source(source, address);
    Path copy = COPIES.get(asked);
    if (copy == null) {
      copy = LocalCopy.below(LocalCopy.cache(), source, Storages.at(address)).refresh();
      COPIES.put(asked, copy);
    }
    return load(source, copy);
  }

  private static Path folder(String address) {
    return Path.of(Storages.at(address).address());
  }

  /**
   * Reads and splits a data set, or returns the one that this JVM holds. Files are read the first
   * time only, and by one thread; other threads wait.
   *
   * @param dataDir where the files lie, {@code --data}; a relative {@code path} of the source is
   *     below it
   * @throws DataException if files are missing or malformed, or hold fewer images than asked for
   */
  public static synchronized Dataset load(DataSource source, @Nullable Path dataDir)
      throws DataException {
    Key key = new Key(source, dataDir == null ? null : dataDir.toAbsolutePath().normalize());
    SoftReference<Dataset> held = LOADED.get(key);
    Dataset dataset = held == null ? null : held.get();
    if (dataset == null) {
      Pool pool = Fitting.of(read(source, key.dataDir()), source.size(), source.channels());
      dataset = new Dataset(source, pool);
      LOADED.put(key, new SoftReference<>(dataset));
    }
    return dataset;
  }

  private static Pool read(DataSource source, @Nullable Path dataDir) throws DataException {
    return switch (source.name()) {
      case "cifar10" -> Cifar10.read(folder(source, dataDir), Cifar10.RECORDS);
      case "mnist", "fashion-mnist" -> Idx.read(source.name(), folder(source, dataDir));
      case "images" -> ImageFolder.read(folder(source, dataDir), source.size());
      case "shapes" -> Shapes.draw(source);
      default ->
          throw new DataException(
              "dataset.name: must be one of %s, found %s"
                  .formatted(String.join(", ", NAMES), source.name()));
    };
  }

  private static Path folder(DataSource source, @Nullable Path dataDir) throws DataException {
    String path = source.path();
    if (path != null) {
      return dataDir == null ? Path.of(path).toAbsolutePath() : dataDir.resolve(path);
    }
    if (dataDir != null) {
      return dataDir;
    }
    throw new DataException(
        source.name().equals("images")
            ? "dataset.path: must name the folder of class folders, found nothing"
            : "dataset.name: %s lies in files: give their folder with --data DIR, %s"
                .formatted(source.name(), DataException.howToGet(source.name())));
  }
}
