package dev.espalier.sweep.study;

import static dev.espalier.sweep.study.Figures.text;
import static dev.espalier.sweep.study.StudyResults.trained;

import dev.espalier.sweep.pareto.Interval;
import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Study 001: ResNet18 on CIFAR-10, single weights against filters. It states no numbers; beside its
 * structured half stand those of NNI.
 */
final class ResNet18Study {
  static final String NAME = "001-resnet18-cifar10";

  private static final String MODEL = "resnet18-w0.25-";
  private static final String DENSE = MODEL + "s0-ft0";

  /** Accuracy of ten classes by chance. */
  private static final double CHANCE = 0.1;

  private static final List<String> WEIGHTS = List.of("0.3", "0.5", "0.7", "0.8", "0.9", "0.95");
  private static final List<String> FILTERS = List.of("0.1", "0.3", "0.5", "0.7", "0.8", "0.9");

  private final StudyResults results;

  ResNet18Study() throws IOException {
    results = StudyResults.read(NAME);
  }

  private static String weights(String amount) {
    return MODEL + "s" + amount + "-flat-ft0";
  }

  private static String filters(String amount) {
    return MODEL + "f" + amount + "-layerwise-l1-ft0";
  }

  Map<String, String> tables() {
    return Map.of(
        "001 weights", amounts("weights pruned", WEIGHTS, ResNet18Study::weights),
        "001 filters", amounts("filters pruned", FILTERS, ResNet18Study::filters),
        "001 nni", nni(),
        "001 controls", controls());
  }

  /** Accuracy against amount. */
  private String amounts(String head, List<String> amounts, UnaryOperator<String> row) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("none", "1", "1", accuracy(DENSE), accuracy(trained(DENSE)), "", ""));
    for (String amount : amounts) {
      String pruned = row.apply(amount);
      Interval loss = difference(trained(pruned), trained(DENSE));
      rows.add(
          List.of(
              amount,
              text("%.3f", share(pruned, Metrics.PARAMS_NONZERO)),
              text("%.3f", share(pruned, Metrics.MACS_NONZERO)),
              accuracy(pruned),
              accuracy(trained(pruned)),
              Figures.difference(loss),
              Verdict.ofChance(loss)));
    }
    return new MarkdownTable(
            List.of(
                head,
                "parameters left",
                "MACs left",
                "test accuracy",
                "fine-tuned",
                "against the dense network, fine-tuned",
                "verdict"),
            rows)
        .text();
  }

  /** The structured half beside NNI's, by the parameters that are left. */
  private String nni() {
    List<List<String>> rows = new ArrayList<>();
    for (String amount : FILTERS) {
      String pruned = filters(amount);
      double share = share(pruned, Metrics.PARAMS_NONZERO);
      double tuned = NniPruning.at(share, NniPruning::tuned);
      rows.add(
          List.of(
              amount,
              text("%.3f", share),
              Figures.difference(difference(pruned, DENSE)),
              text("%+.4f", NniPruning.at(share, NniPruning::pruned) - NniPruning.DENSE.pruned()),
              Figures.difference(difference(trained(pruned), trained(DENSE))),
              text("%+.4f", tuned - NniPruning.DENSE.tuned()),
              text("%.2f", aboveChance(mean(trained(pruned)), mean(trained(DENSE)))),
              text("%.2f", aboveChance(tuned, NniPruning.DENSE.tuned()))));
    }
    return new MarkdownTable(
            List.of(
                "filters pruned",
                "parameters left",
                "accuracy lost, not fine-tuned",
                "NNI's",
                "fine-tuned",
                "NNI's",
                "left of what is above chance, fine-tuned",
                "NNI's"),
            rows)
        .text();
  }

  /** Accuracy against parameters, as {@code docs/studies/NAME/accuracy.svg} shows it. */
  String picture() {
    List<ResNet18Svg.Line> lines = new ArrayList<>();
    for (boolean tuned : new boolean[] {true, false}) {
      String when = tuned ? ", fine-tuned" : ", pruned only";
      lines.add(line("weights" + when, 0, tuned, WEIGHTS, ResNet18Study::weights));
      lines.add(line("filters" + when, 1, tuned, FILTERS, ResNet18Study::filters));
    }
    return ResNet18Svg.of(lines);
  }

  private ResNet18Svg.Line line(
      String label, int colour, boolean tuned, List<String> amounts, UnaryOperator<String> row) {
    List<ResNet18Svg.Measured> points =
        Stream.concat(Stream.of(DENSE), amounts.stream().map(row))
            .map(name -> tuned ? trained(name) : name)
            .map(
                name ->
                    new ResNet18Svg.Measured(
                        results.row(name).metrics().get(Metrics.PARAMS_NONZERO),
                        results.interval(name, Metrics.TEST_ACCURACY)))
            .toList();
    return new ResNet18Svg.Line(label, colour, tuned, points);
  }

  private static double aboveChance(double accuracy, double dense) {
    return (accuracy - CHANCE) / (dense - CHANCE);
  }

  /** What else goes first, after the same fine-tuning. */
  private String controls() {
    List<List<String>> rows = new ArrayList<>();
    for (String amount : List.of("0.5", "0.9")) {
      String random = MODEL + "s" + amount + "-flat-random-ft1";
      rows.add(control("weights " + amount, "at random", trained(weights(amount)), random));
    }
    for (String amount : List.of("0.3", "0.5", "0.7")) {
      String random = MODEL + "f" + amount + "-layerwise-random-ft1";
      rows.add(control("filters " + amount, "at random", trained(filters(amount)), random));
    }
    for (String amount : List.of("0.3", "0.5", "0.7")) {
      String flat = MODEL + "f" + amount + "-flat-l1-ft1";
      rows.add(control("filters " + amount, "flat", trained(filters(amount)), flat));
    }
    return new MarkdownTable(
            List.of(
                "fine-tuned",
                "control",
                "parameters left",
                "of the control",
                "test accuracy",
                "of the control",
                "difference",
                "verdict"),
            rows)
        .text();
  }

  private List<String> control(String label, String other, String row, String control) {
    Interval difference = difference(control, row);
    return List.of(
        label,
        other,
        text("%.3f", share(row, Metrics.PARAMS_NONZERO)),
        text("%.3f", share(control, Metrics.PARAMS_NONZERO)),
        accuracy(row),
        accuracy(control),
        Figures.difference(difference),
        Verdict.ofChance(difference));
  }

  private double share(String row, String metric) {
    return results.row(row).metrics().get(metric) / results.row(DENSE).metrics().get(metric);
  }

  private double mean(String row) {
    return results.interval(row, Metrics.TEST_ACCURACY).mean();
  }

  private String accuracy(String row) {
    return Figures.fraction(results.interval(row, Metrics.TEST_ACCURACY));
  }

  private Interval difference(String row, String than) {
    return results.difference(row, than, Metrics.TEST_ACCURACY);
  }
}
