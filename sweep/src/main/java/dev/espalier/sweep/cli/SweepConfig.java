package dev.espalier.sweep.cli;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.preparation.Planner;
import dev.espalier.sweep.spec.ConfigFile;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.workers.data.DataException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options for the config and the data of a sweep, shared by {@code plan} and {@code run}. */
final class SweepConfig {
  @Parameters(
      paramLabel = "CONFIG",
      description = "The sweep, a YAML file or the address of one; see docs/config.md.")
  private String config = "";

  @Mixin private DataFolder data = new DataFolder();

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Sets a key of the config, such as --set baseline.epochs=2 or --set grid.sparsity=[0,0.9].")
  private List<String> overrides = List.of();

  /** The sweep as resolved, without its data. */
  ConfigFile read() throws ConfigException {
    return SpecFile.open(config, overrides);
  }

  /** The plan of a sweep, for which this reads the data set. */
  Plan plan(ConfigFile file) throws ConfigException, DataException, IOException {
    return Planner.plan(file, dataAddress());
  }

  /**
   * Checks the options.
   *
   * @throws UsageException that names the wrong one
   */
  void check() throws UsageException {
    data.check();
  }

  /** The folder or address of the data sets as given; null if it was not given. */
  @Nullable String givenData() {
    return data.given();
  }

  /** The address of the data sets; null if no folder was given and the default does not exist. */
  @Nullable String dataAddress() {
    return data.address();
  }
}
