package dev.espalier.sweep.journal;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.Methods;
import dev.espalier.sweep.spec.SpecDifference;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.StorageException;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a sweep below {@code --out}, in a folder of this machine or at an address that
 * several machines see. The two have different forms of {@link Journal} and {@link RunLock}.
 *
 * @param address a path or an address, as it was given
 * @param shared whether it is the latter
 * @param methods what its config may name
 */
public record RunDirectory(String address, boolean shared, Methods methods) {
  public static final String SPEC = "spec.yaml";
  private static final String STORE = "store.txt";

  /** The file whose lock a run in a folder of this machine holds. */
  public static final String LOCK = ".lock";

  /** The folder of the leases of a sweep that several machines see. */
  static final String LEASES = "lock";

  /** The files of a sweep of Espalier's own methods. */
  public RunDirectory(String address, boolean shared) {
    this(address, shared, Methods.STANDARD);
  }

  /** The same files, whose config may name {@code methods}. */
  public RunDirectory with(Methods methods) {
    return new RunDirectory(address, shared, methods);
  }

  /** A folder of this machine. */
  public RunDirectory(Path root) {
    this(root.toString(), false);
  }

  /**
   * What lies, or will lie, at a path or an address: a sweep keeps the form in which it began.
   *
   * @param address a path of this machine; an address, such as {@code hdfs://host:port/folder} or
   *     {@code file:/folder}, for what several machines see
   * @throws IllegalArgumentException if it is neither
   */
  public static RunDirectory at(String address) {
    Storage files = Storages.at(address);
    if (Storages.isElsewhere(address)) {
      return new RunDirectory(address, true);
    }
    Path root = Path.of(files.address());
    boolean shared =
        Storages.isAddress(address)
            ? !Files.exists(root.resolve(LOCK))
            : Files.isDirectory(root.resolve(LEASES));
    return shared || !Storages.isAddress(address)
        ? new RunDirectory(address, shared)
        : new RunDirectory(root);
  }

  /** The folder {@code root} of this machine, as {@link #checkWritable} leaves it. */
  public static RunDirectory create(Path root) {
    RunDirectory directory = new RunDirectory(root);
    directory.checkWritable();
    return directory;
  }

  /**
   * The sweep that was run before at a path or an address.
   *
   * @throws RefusedException if there is none
   */
  public static RunDirectory existing(String address) throws IOException {
    RunDirectory directory;
    try {
      directory = at(address);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(e.getMessage() + ", for a sweep", e);
    }
    directory.files().checkAnswers();
    if (!directory.files().exists(SPEC)) {
      throw new RefusedException(
          address
              + ": must be the folder of a sweep, found no spec.yaml in it; give the --out of a run");
    }
    return directory;
  }

  /**
   * Makes sure that files can be written, in a folder that is made if it is not there, and that one
   * run at a time can be at work.
   *
   * @throws RefusedException if they cannot
   */
  public void checkWritable() {
    try {
      files().check();
      if (shared) {
        files().checkExclusive();
      }
    } catch (StorageException e) {
      throw new RefusedException(e.getMessage() + "; use another --out", e);
    }
  }

  /** All of its files. */
  public Storage files() {
    return Storages.at(address);
  }

  /** The folder, where it is one of this machine. */
  public Path root() {
    if (shared) {
      throw new IllegalStateException(address + " is not a folder on this machine");
    }
    return Path.of(address);
  }

  /** Where the checkpoints lie. */
  public CheckpointStore store() {
    return new CheckpointStore(storage().folder("stages"));
  }

  /**
   * The checkpoints, for a first look at them: a store that other machines reached need not be
   * reachable from this one.
   *
   * @throws StorageException if nobody answers at its address within seconds
   */
  public CheckpointStore reachableStore() throws StorageException {
    storage().checkAnswers();
    return store();
  }

  /** The store of the sweep: the address that {@link #useStore} wrote down, else its own files. */
  public Storage storage() {
    try {
      if (!files().exists(STORE)) {
        return files();
      }
      String store = read(STORE).strip();
      if (store.isEmpty() || store.lines().count() > 1) {
        throw new RefusedException(
            "%s: must be the address of a store on one line, found %s; write the --store of the run into it"
                .formatted(place(STORE), store.isEmpty() ? "nothing" : "several lines"));
      }
      return Storages.at(store);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(place(STORE) + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the checkpoints lie with the other files. */
  public boolean hasOwnStore() {
    return storage().equals(files());
  }

  /**
   * Makes sure that a sweep that was begun goes on in its store.
   *
   * @param store where it should lie; null for where it began
   * @throws RefusedException if that is another place
   */
  public void refuseOtherThan(@Nullable Storage store) throws IOException {
    if (store != null && files().exists(SPEC) && !storage().equals(store)) {
      throw new RefusedException(
          "--store: must be the store that the sweep in %s began with, %s, found %s; leave --store out, or use another --out. If the checkpoints were moved, write their new address into %s"
              .formatted(address, storage().address(), store.address(), place(STORE)));
    }
  }

  /** Writes down which store a sweep begins with: {@code store.txt}. */
  public void useStore(Storage store) throws IOException {
    if (!storage().equals(store)) {
      replace(STORE, store.address() + "\n");
    }
  }

  /**
   * Makes sure that what lies here belongs to {@code spec}, or to one that it extends.
   *
   * @throws RefusedException saying what differs
   */
  public void refuseOtherThan(SweepSpec spec) throws IOException {
    if (files().exists(SPEC)) {
      List<String> differences = SpecDifference.between(readSpec(), spec);
      if (!differences.isEmpty()) {
        throw new RefusedException(
            address
                + ": must be the folder of this sweep, found another spec; use another --out, or another name (--set name=...)\n  "
                + String.join("\n  ", differences));
      }
    }
  }

  /**
   * The spec of the sweep that lies here, as resolved.
   *
   * @throws RefusedException if it cannot be read
   */
  public SweepSpec readSpec() throws IOException {
    try {
      return SpecFile.parse(place(SPEC), read(SPEC), List.of(), methods);
    } catch (ConfigException e) {
      throw new RefusedException(
          "%s%n%s is written by run: restore it from a copy, or remove it and run the config again"
              .formatted(String.join("\n", e.problems()), place(SPEC)),
          e);
    }
  }

  /** Writes the spec as resolved. */
  public void write(SweepSpec spec) throws IOException {
    replace(SPEC, SpecFile.write(spec));
  }

  /** Where a file lies, for people. */
  public String place(String name) {
    return address + (address.endsWith("/") ? "" : "/") + name;
  }

  public String read(String name) throws IOException {
    return new String(files().read(name), StandardCharsets.UTF_8);
  }

  /** Writes a whole file, so that a reader finds the old text or the new one, after a crash too. */
  public void replace(String name, String text) throws IOException {
    files().replace(name, text.getBytes(StandardCharsets.UTF_8), name + ".tmp");
  }
}
