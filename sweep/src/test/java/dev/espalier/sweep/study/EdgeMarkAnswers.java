package dev.espalier.sweep.study;

import static dev.espalier.sweep.study.EdgeMarkStudy.BASIC;
import static dev.espalier.sweep.study.EdgeMarkStudy.CLUSTERED;
import static dev.espalier.sweep.study.EdgeMarkStudy.FILTERS;
import static dev.espalier.sweep.study.EdgeMarkStudy.INT8;
import static dev.espalier.sweep.study.EdgeMarkStudy.PRUNED;
import static dev.espalier.sweep.study.EdgeMarkStudy.trained;

import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Which methods change what a network takes on a microcontroller, over EdgeMark's networks. */
final class EdgeMarkAnswers {
  private final EdgeMarkStudy study;
  private final EdgeMarkMemory memory;

  EdgeMarkAnswers(EdgeMarkStudy study) {
    this.study = study;
    memory = study.memory();
  }

  /**
   * A method.
   *
   * @param decoded whether its file is the one that TensorFlow Lite Micro decodes as it runs
   */
  private record Method(String label, String steps, boolean decoded) {
    double file(Metrics metrics) {
      return metrics.get(decoded ? Metrics.SIZE_TFLM_COMPRESSED_BYTES : Metrics.FLASH_BYTES);
    }

    boolean isInt8() {
      return steps.endsWith("-int8");
    }

    /** The whole arena: what is decoded lies in its head. */
    double ram(Metrics metrics) {
      double ram = metrics.get(Metrics.RAM_BYTES);
      return decoded
          ? ram
              - metrics.get(Metrics.ARENA_INT8_BYTES)
              + metrics.get(Metrics.ARENA_COMPRESSED_BYTES)
          : ram;
    }
  }

  private static final List<Method> METHODS =
      List.of(
          new Method("p_50", PRUNED, false),
          new Method("c_16", CLUSTERED, false),
          new Method("p_50, fine-tuned", trained(PRUNED), false),
          new Method("c_16, fine-tuned", trained(CLUSTERED), false),
          new Method("int8", INT8, false),
          new Method("p_50, fine-tuned, int8", trained(PRUNED) + "-int8", false),
          new Method("the same, `DECODE`", trained(PRUNED) + "-int8", true),
          new Method("c_16, fine-tuned, int8, `DECODE`", trained(CLUSTERED) + "-int8", true),
          new Method("30 % of the filters", FILTERS, false),
          new Method("the same, fine-tuned", trained(FILTERS), false),
          new Method("the same, int8", trained(FILTERS) + "-int8", false));

  String table() {
    List<List<String>> rows = new ArrayList<>();
    for (Method method : METHODS) {
      rows.add(
          List.of(
              method.label,
              range(n -> method.file(of(n, method)) / basic(n).get(Metrics.FLASH_BYTES)),
              range(n -> flash(n, method)),
              range(n -> method.ram(of(n, method)) / basic(n).get(Metrics.RAM_BYTES)),
              range(n -> ratio(n, method, Metrics.MACS_DENSE)),
              range(n -> ratio(n, method, Metrics.SIZE_COMPRESSED_BYTES)),
              accuracy(method)));
    }
    return new MarkdownTable(
            List.of(
                "by the network as trained",
                "`.tflite`",
                "flash",
                "RAM",
                "MACs",
                "`.esp`",
                "test accuracy, mean difference"),
            rows)
        .text();
  }

  private Metrics of(EdgeMarkNetwork network, Method method) {
    return study.metrics(network, method.steps);
  }

  private Metrics basic(EdgeMarkNetwork network) {
    return study.metrics(network, BASIC);
  }

  /** File and runtime. */
  private double flash(EdgeMarkNetwork network, Method method) {
    return (method.file(of(network, method)) + memory.runtimeBytes(network, method.isInt8()))
        / (basic(network).get(Metrics.FLASH_BYTES) + memory.runtimeBytes(network, false));
  }

  private double ratio(EdgeMarkNetwork network, Method method, String metric) {
    return of(network, method).get(metric) / basic(network).get(metric);
  }

  /** The least and the greatest over the networks. */
  private static String range(ToDoubleFunction<EdgeMarkNetwork> number) {
    DoubleSummaryStatistics all =
        EdgeMarkNetwork.ALL.stream().mapToDouble(number).summaryStatistics();
    return all.getMin() == 1 && all.getMax() == 1
        ? "1"
        : Figures.text("%.2f to %.2f", all.getMin(), all.getMax());
  }

  /** Over the networks for each seed, and then over the seeds. */
  private String accuracy(Method method) {
    Map<String, Double> sums = new TreeMap<>();
    for (EdgeMarkNetwork network : EdgeMarkNetwork.ALL) {
      StudyResults results = study.of(network);
      Map<String, Double> basic =
          results.bySeed(EdgeMarkStudy.row(network, BASIC), Metrics.TEST_ACCURACY);
      results
          .bySeed(EdgeMarkStudy.row(network, method.steps), Metrics.TEST_ACCURACY)
          .forEach(
              (seed, value) ->
                  sums.merge(seed, value - basic.getOrDefault(seed, Double.NaN), Double::sum));
    }
    return Figures.difference(
        StudyResults.overSeeds(sums, e -> e.getValue() / EdgeMarkNetwork.ALL.size()));
  }
}
