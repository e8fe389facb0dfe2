package dev.espalier.sweep.preparation;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.plan.OwnFile;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.BaselineInput;
import dev.espalier.sweep.spec.step.PlannedNetwork;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.dl4j.ModelFile;
import dev.espalier.workers.dl4j.NetworkInput;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.Normalization.Channel;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A user's own network, which a sweep over some images begins with.
 *
 * @param network what a plan knows of it
 * @param otherClasses how many classes it tells apart where they are not those of the data; else 0
 * @param input how its images are normalized; null where that is what the images are normalized by
 *     anyway
 */
record OwnNetwork(PlannedNetwork network, int otherClasses, @Nullable Normalization input) {

  /**
   * Reads the network.
   *
   * @param replacesHeads whether every trial gives it another classifier, so that it may tell other
   *     classes apart
   * @throws ConfigException if it cannot be trained on the images, or was trained on others
   */
  static OwnNetwork of(Baseline.From own, Dataset data, boolean replacesHeads)
      throws ConfigException {
    Path file = Path.of(own.path());
    try {
      int otherClasses = replacesHeads ? otherClasses(file, data) : 0;
      PlannedNetwork network = network(file, data.facts(), otherClasses);
      if (!replacesHeads) {
        checkLabels(file, data.classNames());
      }
      Normalization input = input(own.input(), file, data.facts().channels());
      return new OwnNetwork(
          network, otherClasses, data.normalization().equals(input) ? null : input);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(List.of("baseline.from: " + e.getMessage()));
    }
  }

  /**
   * What is needed to plan a sweep again; null where it does not begin with such a network.
   *
   * @throws ConfigException if the file cannot be trained on the images any more
   */
  static @Nullable OwnFile again(SweepSnapshot sweep, Dataset data) throws ConfigException {
    if (!(sweep.spec().baseline() instanceof Baseline.From own)) {
      return null;
    }
    Path file = Path.of(own.path());
    try {
      int otherClasses = sweep.spec().replacesHeads() ? otherClasses(file, data) : 0;
      PlannedNetwork network = network(file, data.facts(), otherClasses);
      return new OwnFile(sweep.plan().input(), otherClasses, network);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(List.of("baseline.from: " + e.getMessage()));
    }
  }

  /** The part that a plan needs. */
  OwnFile planned() {
    return new OwnFile(input, otherClasses, network);
  }

  private static PlannedNetwork network(Path file, DataFacts data, int otherClasses) {
    DataFacts own = otherClasses > 0 ? data.withClasses(otherClasses) : data;
    try (TrainableNetwork network = TrainableNetwork.load(file, own)) {
      return PlannedNetwork.of(network.layout(), network.table(), data.classes());
    }
  }

  /** How many classes it tells apart where they are not those of the data, by number or name. */
  private static int otherClasses(Path file, Dataset data) {
    int classes = ModelFile.classes(file);
    List<String> labels = NetworkInput.labels(file);
    boolean same =
        classes == data.facts().classes() && (labels.isEmpty() || labels.equals(data.classNames()));
    return same ? 0 : classes;
  }

  /** Names of the layers with a kernel. */
  Set<String> layers() {
    Set<String> layers = new LinkedHashSet<>();
    network.parameters().stream()
        .filter(parameter -> parameter.kind().isKernel())
        .forEach(parameter -> layers.add(parameter.layer()));
    return layers;
  }

  private static void checkLabels(Path file, List<String> expected) {
    List<String> labels = NetworkInput.labels(file);
    if (labels.isEmpty() || labels.equals(expected)) {
      return;
    }
    String rule =
        file + ": was trained on classes that must be those of the data, in their order, ";
    String next =
        "; rename the classes, take the labels out of the file, or begin every pipeline with replace-head";
    if (labels.size() != expected.size()) {
      throw new IllegalArgumentException(
          rule + "%d, found %d%s".formatted(expected.size(), labels.size(), next));
    }
    int first = 0;
    while (labels.get(first).equals(expected.get(first))) {
      first++;
    }
    throw new IllegalArgumentException(
        rule
            + "class %d being %s, found %s%s"
                .formatted(first, expected.get(first), labels.get(first), next));
  }

  private static @Nullable Normalization input(BaselineInput input, Path file, int channels)
      throws ConfigException {
    if (input instanceof BaselineInput.Given given) {
      return given(given, channels);
    }
    return input instanceof BaselineInput.OfData
        ? null
        : NetworkInput.normalization(file, channels);
  }

  private static Normalization given(BaselineInput.Given given, int channels)
      throws ConfigException {
    List<String> problems = new ArrayList<>();
    List<BigDecimal> mean = each("mean", given.mean(), channels, problems);
    List<BigDecimal> deviation = each("deviation", given.deviation(), channels, problems);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    List<Channel> all = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      all.add(new Channel(mean.get(c).doubleValue(), deviation.get(c).doubleValue()));
    }
    return new Normalization(all);
  }

  private static List<BigDecimal> each(
      String key, List<BigDecimal> values, int channels, List<String> problems) {
    if (values.size() == 1) {
      return Collections.nCopies(channels, values.get(0));
    }
    if (values.size() != channels) {
      problems.add(
          "baseline.input.%s: must have one number, or one for each of the %d channels of the data, found %d"
              .formatted(key, channels, values.size()));
    }
    return values;
  }
}
