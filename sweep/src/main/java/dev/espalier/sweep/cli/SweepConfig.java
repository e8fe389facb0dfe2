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

/** The options that say which sweep over which data: shared by {@code plan} and {@code run}. */
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

  /** The plan of a sweep, for which the data set is read. */
  Plan plan(ConfigFile file) throws ConfigException, DataException, IOException {
    return Planner.plan(file, dataAddress());
  }

  /**
   * Makes sure that the options make sense.
   *
   * @throws UsageException saying which does not
   */
  void check() throws UsageException {
    data.check();
  }

  /** The folder or address of the data sets as it was given; null where it was not. */
  @Nullable String givenData() {
    return data.given();
  }

  /** The address of the data sets; null where no folder was named and there is none. */
  @Nullable String dataAddress() {
    return data.address();
  }
}
