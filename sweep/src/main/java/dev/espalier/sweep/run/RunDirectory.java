package dev.espalier.sweep.run;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.spec.SpecDifference;
import dev.espalier.sweep.spec.SpecException;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.storage.Durable;
import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of a sweep, below {@code --out}. */
public record RunDirectory(Path root) {

  /**
   * The folder {@code root}, made if it is not there.
   *
   * @throws RefusedException if nothing can be written there
   */
  public static RunDirectory create(Path root) {
    try {
      Storage.of(root).check();
      return new RunDirectory(root);
    } catch (StorageException e) {
      throw new RefusedException(e.getMessage() + "; take another --out", e);
    }
  }

  /**
   * The folder of a sweep that was run before.
   *
   * @throws RefusedException if there is none
   */
  public static RunDirectory existing(Path root) {
    RunDirectory directory = new RunDirectory(root);
    if (!Files.isRegularFile(directory.spec())) {
      throw new RefusedException(
          root
              + ": must be the folder of a sweep, found no spec.yaml in it; give the --out of a run");
    }
    return directory;
  }

  public Path spec() {
    return root.resolve("spec.yaml");
  }

  public Path plan() {
    return root.resolve("plan.json");
  }

  public Path stagesJournal() {
    return root.resolve("stages.jsonl");
  }

  public Path resultsJournal() {
    return root.resolve("results.jsonl");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  /** Where the checkpoints lie. */
  public CheckpointStore store() {
    return new CheckpointStore(storage().folder("stages"));
  }

  /** The store of the sweep: the address that {@link #useStore} wrote down, else this folder. */
  public Storage storage() {
    try {
      return Files.exists(storeAddress())
          ? Storage.at(Files.readString(storeAddress()).strip())
          : Storage.of(root);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(storeAddress() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the checkpoints lie in this folder. */
  public boolean hasOwnStore() {
    return storage().equals(Storage.of(root));
  }

  /**
   * Makes sure that a sweep that was begun goes on in its store.
   *
   * @param store where it should lie; null for where it began
   * @throws RefusedException if that is another place
   */
  public void refuseOtherThan(@Nullable Storage store) {
    if (store != null && Files.exists(spec()) && !storage().equals(store)) {
      throw new RefusedException(
          "--store: must be the store that the sweep in %s began with, %s, found %s; leave --store out, or take another --out. If the checkpoints were moved, write their new address into %s"
              .formatted(root, storage().address(), store.address(), storeAddress()));
    }
  }

  /** Writes down which store a sweep begins with: {@code store.txt}. */
  public void useStore(Storage store) throws IOException {
    if (!storage().equals(store)) {
      replace(storeAddress(), store.address() + "\n");
    }
  }

  private Path storeAddress() {
    return root.resolve("store.txt");
  }

  Path lock() {
    return root.resolve(".lock");
  }

  /**
   * Makes sure that what lies here belongs to {@code spec}, or to one that it extends.
   *
   * @throws RefusedException saying what differs
   */
  public void refuseOtherThan(SweepSpec spec) throws IOException {
    if (Files.exists(spec())) {
      List<String> differences = SpecDifference.between(readSpec(), spec);
      if (!differences.isEmpty()) {
        throw new RefusedException(
            root
                + ": must be the folder of this sweep, found another spec; take another --out.\n  "
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
      return SpecFile.parse(spec().toString(), Files.readString(spec()), List.of());
    } catch (SpecException e) {
      throw new RefusedException(String.join("\n", e.problems()), e);
    }
  }

  void write(SweepSpec spec, Plan plan) throws IOException {
    replace(spec(), SpecFile.write(spec));
    replace(plan(), PlanFile.of(plan).write());
  }

  /** Writes a whole file, so that a reader finds the old text or the new one, after a crash too. */
  public static void replace(Path file, String text) throws IOException {
    Durable.replace(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
