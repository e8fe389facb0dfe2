package dev.espalier.sweep.study;

import static dev.espalier.sweep.study.Figures.text;

import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Flash and RAM of EdgeMark's networks on a board, beside files and arenas here. */
final class EdgeMarkMemory {
  private static final double UNIT = 1024;

  private final Numbers floats;
  private final Numbers integers;

  /**
   * @param basic of a network as trained
   * @param int8 of the same in 8-bit integers
   */
  EdgeMarkMemory(
      Function<EdgeMarkNetwork, Metrics> basic, Function<EdgeMarkNetwork, Metrics> int8) {
    floats = new Numbers(EdgeMarkNetwork::basic, basic);
    integers = new Numbers(EdgeMarkNetwork::int8, int8);
  }

  /** One kind of numbers: what the study states of networks in them, and what they have here. */
  private record Numbers(
      Function<EdgeMarkNetwork, EdgeMarkNetwork.Memory> stated,
      Function<EdgeMarkNetwork, Metrics> here) {

    double file(EdgeMarkNetwork network) {
      return here.apply(network).get(Metrics.FLASH_BYTES) / UNIT;
    }

    double ram(EdgeMarkNetwork network) {
      return here.apply(network).get(Metrics.RAM_BYTES) / UNIT;
    }

    /** What the board has beyond the file: the mean over the networks of its kind. */
    double runtime(EdgeMarkNetwork network) {
      return EdgeMarkNetwork.ALL.stream()
          .filter(one -> one.isConvolutional() == network.isConvolutional())
          .mapToDouble(one -> stated.apply(one).flash() - file(one))
          .average()
          .orElseThrow();
    }

    /** Stated and here: flash, and RAM. */
    List<String> cells(EdgeMarkNetwork network) {
      return List.of(
          text("%.1f", stated.apply(network).flash()),
          text("%.1f", file(network) + runtime(network)),
          text("%.1f", stated.apply(network).ram()),
          text("%.1f", ram(network)));
    }
  }

  /**
   * Bytes of the runtime on the board, as fitted.
   *
   * @param int8 whether it is that of 8-bit integers
   */
  double runtimeBytes(EdgeMarkNetwork network, boolean int8) {
    return UNIT * (int8 ? integers : floats).runtime(network);
  }

  String table() {
    List<List<String>> rows = new ArrayList<>();
    for (EdgeMarkNetwork network : EdgeMarkNetwork.ALL) {
      List<String> cells = new ArrayList<>(List.of(network.label()));
      cells.addAll(floats.cells(network));
      cells.addAll(integers.cells(network));
      rows.add(cells);
    }
    return new MarkdownTable(
            List.of(
                "KiB",
                "floats: flash, stated",
                "here",
                "RAM, stated",
                "here",
                "int8: flash, stated",
                "here",
                "RAM, stated",
                "here"),
            rows)
        .text();
  }

  /** The constants of the runtime, as a sentence. */
  String constants() {
    EdgeMarkNetwork convolutional = EdgeMarkNetwork.ALL.get(0);
    EdgeMarkNetwork dense = EdgeMarkNetwork.ALL.get(EdgeMarkNetwork.ALL.size() - 1);
    return text(
        "Fitted constants of the runtime, KiB: with convolutions %.1f for floats and %.1f for int8; of"
            + " dense layers alone %.1f and %.1f.\n",
        floats.runtime(convolutional),
        integers.runtime(convolutional),
        floats.runtime(dense),
        integers.runtime(dense));
  }
}
