package dev.espalier.sweep.cli;

import dev.espalier.workers.storage.Storages;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the place of data sets, shared by all commands that read one. */
final class DataFolder {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The folder of the data sets, which every machine must see, or an address such as hdfs://host:port/folder, from which each machine copies them once (default: $ESPALIER_DATA, else the folder data if it exists).")
  private @Nullable String data;

  /**
   * Checks the option.
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

  /** The value of the option; null if it was not given. */
  @Nullable String given() {
    return data;
  }

  /** The address of the data sets; null if no folder was given and the default does not exist. */
  @Nullable String address() {
    String environment = System.getenv("ESPALIER_DATA");
    if (data != null) {
      return Storages.at(data).address();
    } else if (environment != null && !environment.isBlank()) {
      return Storages.at(environment).address();
    }
    Path usual = Path.of("data");
    return Files.isDirectory(usual) ? Storages.of(usual).address() : null;
  }
}
