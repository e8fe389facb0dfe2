package dev.espalier.sweep.study;

import static dev.espalier.sweep.study.Figures.count;
import static dev.espalier.sweep.study.Figures.text;

import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Study 000: EdgeMark (arXiv 2502.01700), the classifiers of MNIST and CIFAR-10. */
final class EdgeMarkStudy {
  static final List<String> NAMES = List.of("000-edgemark-mnist", "000-edgemark-cifar10");

  static final String BASIC = "s0-ft0";
  static final String INT8 = "s0-ft0-int8";
  static final String PRUNED = "s0.5-layerwise-ft0";
  static final String CLUSTERED = "s0-ft0-k16";
  static final String FILTERS = "f0.3-layerwise-l1-floor-keep-ft0";

  /** Two of the networks, trained for longer, with weight decay and without. */
  private static final String LONGER = "000-edgemark-training";

  private final List<StudyResults> sweeps = new ArrayList<>();

  EdgeMarkStudy() throws IOException {
    for (String name : NAMES) {
      sweeps.add(StudyResults.read(name));
    }
  }

  /** The sweep that a network is in. */
  StudyResults of(EdgeMarkNetwork network) {
    return sweeps.stream()
        .filter(sweep -> sweep.rows().containsKey(row(network, BASIC)))
        .findFirst()
        .orElseThrow();
  }

  /** The name of a configuration. */
  static String row(EdgeMarkNetwork network, String steps) {
    return network.model() + "-w1-" + steps;
  }

  /** The means of a configuration over its seeds. */
  Metrics metrics(EdgeMarkNetwork network, String steps) {
    return of(network).row(row(network, steps)).metrics();
  }

  Map<String, String> tables() throws IOException {
    EdgeMarkMemory memory = memory();
    return Map.of(
        "000 networks", networks(),
        "000 memory", memory.table() + "\n" + memory.constants(),
        "000 deviations", deviations(),
        "000 training", training(),
        "000 accuracies", accuracies());
  }

  EdgeMarkMemory memory() {
    return new EdgeMarkMemory(
        network -> metrics(network, BASIC), network -> metrics(network, INT8));
  }

  /** The table of its layers. */
  Network network(EdgeMarkNetwork network) {
    StudyResults results = of(network);
    SweepSpec spec = results.sweep().spec();
    Model model =
        spec.models().stream()
            .filter(one -> one.name().equals(network.model()))
            .findFirst()
            .orElseThrow();
    return Networks.of(model, results.sweep().plan().data());
  }

  private String networks() {
    List<List<String>> rows = new ArrayList<>();
    for (EdgeMarkNetwork network : EdgeMarkNetwork.ALL) {
      rows.add(
          List.of(
              network.label(),
              count(network.parameters()),
              count(metrics(network, BASIC).get(Metrics.PARAMS_TOTAL)),
              count(network.macs()),
              count((double) ProfilerMacs.of(network(network))),
              count(metrics(network, BASIC).get(Metrics.MACS_DENSE))));
    }
    return new MarkdownTable(
            List.of(
                "",
                "parameters, stated",
                "here",
                "\"MACs\", stated",
                "here, counted so",
                "`macs/dense`"),
            rows)
        .text();
  }

  private String deviations() {
    List<List<String>> rows = new ArrayList<>();
    for (EdgeMarkNetwork network : EdgeMarkNetwork.ALL) {
      rows.add(
          List.of(
              network.label(),
              text("%.4f", network.pruned()),
              figure(network, PRUNED, Metrics.OUTPUT_DEVIATION),
              text("%.4f", network.clustered()),
              figure(network, CLUSTERED, Metrics.OUTPUT_DEVIATION),
              text("%.4f", network.int8Error()),
              figure(network, INT8, Metrics.OUTPUT_DEVIATION)));
    }
    return new MarkdownTable(
            List.of(
                "output deviation",
                "p_50, stated",
                "here",
                "c_16, stated",
                "here",
                "int8, stated",
                "here"),
            rows)
        .text();
  }

  /** How far outputs are off that were trained in other ways. */
  private String training() throws IOException {
    StudyResults longer = StudyResults.read(LONGER);
    List<List<String>> rows = new ArrayList<>();
    for (EdgeMarkNetwork network : EdgeMarkNetwork.ALL) {
      String start = network.model() + "-w1-";
      if (longer.rows().keySet().stream().noneMatch(row -> row.startsWith(start))) {
        continue;
      }
      rows.add(deviations(network.label() + ", 6 epochs", of(network), start));
      rows.add(deviations("24 epochs", longer, start + "wd0.0005-"));
      rows.add(deviations("24 epochs, no weight decay", longer, start + "wd0-"));
      rows.add(
          List.of(
              "*stated*",
              text("%.4f", network.pruned()),
              text("%.4f", network.clustered()),
              text("%.4f", network.int8Error()),
              ""));
    }
    return new MarkdownTable(
            List.of("output deviation", "p_50", "c_16", "int8", "accuracy as trained"), rows)
        .text();
  }

  private static List<String> deviations(String label, StudyResults results, String start) {
    List<String> cells = new ArrayList<>(List.of(label));
    for (String steps : List.of(PRUNED, CLUSTERED, INT8)) {
      cells.add(Figures.fraction(results.interval(start + steps, Metrics.OUTPUT_DEVIATION)));
    }
    cells.add(Figures.fraction(results.interval(start + BASIC, Metrics.TEST_ACCURACY)));
    return cells;
  }

  private String accuracies() {
    List<String> steps =
        List.of(
            BASIC,
            INT8,
            PRUNED,
            trained(PRUNED),
            CLUSTERED,
            trained(CLUSTERED),
            FILTERS,
            trained(FILTERS));
    List<List<String>> rows = new ArrayList<>();
    for (EdgeMarkNetwork network : EdgeMarkNetwork.ALL) {
      List<String> cells = new ArrayList<>(List.of(network.label()));
      steps.forEach(one -> cells.add(figure(network, one, Metrics.TEST_ACCURACY)));
      rows.add(cells);
    }
    return new MarkdownTable(
            List.of(
                "test accuracy",
                "as trained",
                "int8",
                "p_50",
                "fine-tuned",
                "c_16",
                "fine-tuned",
                "30 % of the filters",
                "fine-tuned"),
            rows)
        .text();
  }

  /** The same steps with an epoch of fine-tuning. */
  static String trained(String steps) {
    return steps.equals(CLUSTERED) ? "s0-k16-ft1-grad-mean" : StudyResults.trained(steps);
  }

  private String figure(EdgeMarkNetwork network, String steps, String metric) {
    return Figures.fraction(of(network).interval(row(network, steps), metric));
  }
}
