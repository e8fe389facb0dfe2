package dev.espalier.sweep.preparation;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.ConfigFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.spec.step.PlannedNetwork;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of the network that a sweep begins with, before there is a plan. */
public final class BaselineLayout {
  private BaselineLayout() {}

  /**
   * Its rows and parameters, for which the data set and the user's own network are read.
   *
   * @param file with one network: that of the user, or the first one
   * @param dataAddress of the data sets; null where there is none
   */
  public static PlannedNetwork of(ConfigFile file, @Nullable String dataAddress)
      throws ConfigException, DataException, IOException {
    if (dataAddress != null) {
      Storages.at(dataAddress).checkAnswers();
    }
    SweepSpec spec = file.spec();
    Dataset dataset = Datasets.loadFrom(spec.dataset(), dataAddress);
    try {
      return spec.baseline() instanceof Baseline.From from
          ? OwnNetwork.of(from, dataset, spec.replacesHeads()).file().network()
          : PlannedNetwork.of(Networks.of(spec.models().get(0), dataset.facts()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(List.of(file.locate(String.valueOf(e.getMessage()))));
    } catch (ConfigException e) {
      throw new ConfigException(e.problems().stream().map(file::locate).toList());
    }
  }
}
