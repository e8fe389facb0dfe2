package dev.espalier.sweep.preparation;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.plan.OwnFile;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.BaselineInput;
import dev.espalier.sweep.spec.step.PlannedNetwork;
import dev.espalier.workers.OwnNetworkFile;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor.Kind;
import java.io.IOException;
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
 * @param file what a plan says of it
 */
record OwnNetwork(OwnFile file) {

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
      DataFacts facts = facts(data.facts(), otherClasses);
      try (TrainableNetwork network = TrainableNetwork.load(file, facts)) {
        OwnNetworkFile.Contract contract = OwnNetworkFile.contract(file, facts);
        if (!replacesHeads) {
          checkLabels(file, contract.labels(), data.classNames());
        }
        Normalization input = input(own.input(), contract, facts.channels());
        Normalization other = data.normalization().equals(input) ? null : input;
        return new OwnNetwork(planned(file, other, otherClasses, network, data));
      }
    } catch (IllegalArgumentException e) {
      throw refused(e);
    }
  }

  /** Each problem of a file is a problem of the config. */
  private static ConfigException refused(IllegalArgumentException e) {
    return new ConfigException(
        String.valueOf(e.getMessage()).lines().map(line -> "baseline.from: " + line).toList());
  }

  private static OwnFile planned(
      Path file,
      @Nullable Normalization input,
      int otherClasses,
      TrainableNetwork network,
      Dataset data)
      throws ConfigException {
    PlannedNetwork planned =
        PlannedNetwork.of(network.layout(), network.table(), data.facts().classes());
    List<String> remarks = remarks(file, planned.parameters());
    try {
      return new OwnFile(OwnNetworkFile.digest(file), input, otherClasses, planned, remarks);
    } catch (IOException e) {
      throw new ConfigException(
          List.of("baseline.from: must be a file that can be read, found " + e.getMessage()));
    }
  }

  /** Exporters fold batch norm, unless they are told not to. */
  private static List<String> remarks(Path file, List<Parameter> parameters) {
    boolean convolves = parameters.stream().anyMatch(p -> p.kind() == Kind.CONVOLUTION);
    boolean norms = parameters.stream().anyMatch(p -> p.key().equals("mean"));
    if (!OwnNetworkFile.isOnnx(file) || !convolves || norms) {
      return List.of();
    }
    return List.of(
        "batch norm: %s has none; where its exporter folded it into the convolutions, the network trains without (PyTorch keeps it with training=torch.onnx.TrainingMode.PRESERVE)"
            .formatted(file.getFileName()));
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
      try (TrainableNetwork network =
          TrainableNetwork.load(file, facts(data.facts(), otherClasses))) {
        return planned(file, sweep.plan().input(), otherClasses, network, data);
      }
    } catch (IllegalArgumentException e) {
      throw refused(e);
    }
  }

  private static DataFacts facts(DataFacts data, int otherClasses) {
    return otherClasses > 0 ? data.withClasses(otherClasses) : data;
  }

  /** How many classes it tells apart where they are not those of the data, by number or name. */
  private static int otherClasses(Path file, Dataset data) {
    int classes = OwnNetworkFile.classes(file, data.facts());
    List<String> labels = OwnNetworkFile.contract(file, facts(data.facts(), classes)).labels();
    boolean same =
        classes == data.facts().classes() && (labels.isEmpty() || labels.equals(data.classNames()));
    return same ? 0 : classes;
  }

  /** Names of the layers with a kernel. */
  Set<String> layers() {
    Set<String> layers = new LinkedHashSet<>();
    file.network().parameters().stream()
        .filter(parameter -> parameter.kind().isKernel())
        .forEach(parameter -> layers.add(parameter.layer()));
    return layers;
  }

  private static void checkLabels(Path file, List<String> labels, List<String> expected) {
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

  private static @Nullable Normalization input(
      BaselineInput input, OwnNetworkFile.Contract contract, int channels) throws ConfigException {
    if (input instanceof BaselineInput.Given given) {
      return given(given, channels);
    }
    return input instanceof BaselineInput.OfData ? null : contract.normalization();
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
