package dev.espalier.sweep.cli;

import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.RefusedException;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.stage.DataFacts;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where data sets lie: shared by all commands that read one. */
final class DataFolder {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where data sets lie: a folder that every machine sees, or an address such as hdfs://host:port/folder, from which each machine copies them once (default: $ESPALIER_DATA, else the folder data if there is one).")
  private @Nullable String data;

  /**
   * Makes sure that the option makes sense.
   *
   * @throws UsageException if it does not
   */
  void check() throws UsageException {
    try {
      address();
    } catch (IllegalArgumentException e) {
      throw new UsageException("--data: " + e.getMessage());
    }
  }

  /**
   * The data set that a sweep ran on.
   *
   * @throws RefusedException if other images lie there now
   */
  Dataset of(Finished sweep) throws DataException, IOException {
    Dataset found = Datasets.loadFrom(sweep.spec().dataset(), address());
    DataFacts before = sweep.plan().data();
    if (!found.facts().equals(before)) {
      throw new RefusedException(
          "--data: must hold the images that the sweep ran on, %s of digest %s, found digest %s"
              .formatted(before.name(), before.digest(), found.facts().digest()));
    }
    return found;
  }

  /** Where data sets lie; null where no folder was named and there is none. */
  @Nullable String address() {
    String environment = System.getenv("ESPALIER_DATA");
    if (data != null) {
      return Storage.at(data).address();
    } else if (environment != null && !environment.isBlank()) {
      return Storage.at(environment).address();
    }
    Path usual = Path.of("data");
    return Files.isDirectory(usual) ? Storage.of(usual).address() : null;
  }
}
