package dev.espalier.sweep.study;

import static dev.espalier.sweep.study.Figures.count;
import static dev.espalier.sweep.study.Figures.text;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** NNI's parameters of ResNet18, and what each way of treating coupled layers gives. */
final class NniCounts {
  private NniCounts() {}

  /** ResNet18 of width 1 for CIFAR-10. */
  static Network network() {
    return Networks.of(
        new Model("resnet18", BigDecimal.ONE),
        new DataFacts("cifar10", "", 32, 32, 3, 10, 45_000, 5_000, 10_000));
  }

  static String table() {
    Network network = network();
    List<List<String>> rows = new ArrayList<>();
    for (NniPruning stated : NniPruning.L1) {
      OwnFilters own = new OwnFilters(network, stated.ratio(), RoundingMode.DOWN);
      int[] found = own.having(new OwnFilters.Counts(stated.parameters(), stated.flops())).get(0);
      rows.add(
          List.of(
              stated.ratio().toPlainString(),
              count((double) stated.parameters()),
              against(own.counts(own.agreed()), stated),
              against(own.counts(own.unrelated()), stated),
              against(own.counts(found), stated),
              channels(own.agreed()),
              channels(own.unrelated()),
              channels(found)));
    }
    return new MarkdownTable(
            List.of(
                "ratio",
                "parameters, stated",
                "the same filters",
                "own, unrelated",
                "own",
                "channels of the sums: the same filters",
                "unrelated",
                "own"),
            rows)
        .text();
  }

  private static String against(OwnFilters.Counts counts, NniPruning stated) {
    double more = 100.0 * (double) counts.parameters() / (double) stated.parameters() - 100;
    return counts.parameters() == stated.parameters()
        ? "equal"
        : text("%,d (%+.0f %%)", counts.parameters(), more);
  }

  private static String channels(int[] channels) {
    return IntStream.of(channels).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }
}
