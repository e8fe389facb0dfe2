package dev.espalier.sweep.study;

import static dev.espalier.sweep.study.Figures.count;
import static dev.espalier.sweep.study.Figures.text;
import static dev.espalier.sweep.study.StudyResults.trained;

import dev.espalier.sweep.pareto.Interval;
import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Study 004: MobileNetV2 on CIFAR-10, one ranking of all weights against one rate for every layer,
 * a schedule, zip and 8-bit integers. Its curves are pictures; its stated numbers are sizes and
 * three accuracies.
 */
final class MobileNetStudy {
  static final String NAME = "004-mobilenetv2-cifar10";
  static final String SIZES = "004-mobilenetv2-sizes";

  private static final String NARROW = "mobilenetv2-w0.35";
  private static final String ORIGINAL = NARROW + "-s0-ft0";
  private static final String TRAINED_ON = trained(ORIGINAL);
  private static final String FULL = "s0-ft0";
  private static final String FULL_PRUNED = "s0.9-layerwise-poly1-from0.5-ft0";
  private static final String INT8 = "-int8";
  private static final List<String> RATES =
      List.of("0.2", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "0.95");
  private static final String FLAT = "flat";
  private static final String LAYERWISE = "layerwise";
  private static final List<String> SCOPES = List.of(FLAT, LAYERWISE);

  /** Of the schedule's end. */
  private static final String RATE = "0.9";

  private static final double MEGABYTE = 1e6;
  private static final int FLOAT_BYTES = 4;

  /** What Keras counts in the network of full width: trained, and statistics of batch norm. */
  private static final int STATED_TRAINED = 2_236_682;

  private static final int STATED_STATISTICS = 34_112;

  private final StudyResults results;
  private final StudyResults sizes;

  MobileNetStudy() throws IOException {
    results = StudyResults.read(NAME);
    sizes = StudyResults.read(SIZES);
  }

  Map<String, String> tables() {
    return Map.of(
        "004 counts", counts(),
        "004 curves", curves(),
        "004 differences", differences(),
        "004 schedule", schedule(),
        "004 sizes", sizes());
  }

  private static String atOnce(String rate, String scope) {
    return NARROW + "-s" + rate + "-" + scope + "-ft0";
  }

  private static String gradually(String scope) {
    return NARROW + "-s" + RATE + "-" + scope + "-poly1-from0.5-ft0";
  }

  /** What there is of the network of full width, of the one seed. */
  private Metrics full(String steps) {
    return sizes.row("mobilenetv2-w1-" + steps + "-seed1").metrics();
  }

  private String counts() {
    Metrics dense = full(FULL);
    double trained = dense.get(Metrics.PARAMS_TOTAL);
    double all = dense.get(Metrics.SIZE_DENSE_BYTES) / FLOAT_BYTES;
    double nonzero = full(FULL_PRUNED).get(Metrics.PARAMS_NONZERO);
    return new MarkdownTable(
            List.of("width 1", "stated", "here"),
            List.of(
                List.of("trained parameters", count(STATED_TRAINED), count(trained)),
                List.of("statistics of batch norm", count(STATED_STATISTICS), count(all - trained)),
                List.of("zeros at 90 % of each kernel", "", count(trained - nonzero))))
        .text();
  }

  /** Test accuracy after pruning at one stroke. */
  private String curves() {
    List<List<String>> rows = new ArrayList<>();
    String original = accuracy(ORIGINAL);
    rows.add(List.of("0", original, original, "", "", "", "", ""));
    for (String rate : RATES) {
      List<String> cells = new ArrayList<>(List.of(rate));
      String flat = atOnce(rate, FLAT);
      String layerwise = atOnce(rate, LAYERWISE);
      Interval difference = results.difference(flat, layerwise, Metrics.TEST_ACCURACY);
      cells.add(accuracy(flat));
      cells.add(accuracy(layerwise));
      cells.add(Figures.difference(difference));
      Map<String, Double> other = results.bySeed(layerwise, Metrics.TEST_ACCURACY);
      results
          .bySeed(flat, Metrics.TEST_ACCURACY)
          .forEach((seed, accuracy) -> cells.add(text("%+.4f", accuracy - of(other, seed))));
      cells.add(Verdict.ofChance(difference));
      rows.add(cells);
    }
    return new MarkdownTable(
            List.of(
                "rate",
                "flat",
                "layerwise",
                "flat less layerwise",
                "seed 1",
                "seed 2",
                "seed 3",
                "verdict"),
            rows)
        .text();
  }

  /** Accuracy and size at each step from the dense network to 8-bit integers. */
  private String schedule() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(step("original", "0.67", ORIGINAL));
    rows.add(step("the same, int8", "", ORIGINAL + INT8));
    rows.add(step("*original, an epoch more*", "", TRAINED_ON));
    for (String scope : SCOPES) {
      boolean studied = scope.equals(LAYERWISE);
      String once = atOnce(RATE, scope);
      rows.add(step("%s, 90 %% at one stroke".formatted(scope), "", once));
      rows.add(step("*the same, an epoch of fine-tuning*", "", trained(once)));
      rows.add(
          step(
              "%s, 50 to 90 %% in an epoch".formatted(scope),
              studied ? "0.65" : "",
              gradually(scope)));
      rows.add(step("the same, int8", studied ? "0.63" : "", gradually(scope) + INT8));
    }
    return new MarkdownTable(
            List.of(
                "width 0.35",
                "test accuracy, stated",
                "here",
                "zeros in prunable kernels",
                "in all kernels",
                "zip of floats",
                "`.esp`"),
            rows)
        .text();
  }

  private List<String> step(String label, String stated, String row) {
    Metrics metrics = results.row(row).metrics();
    return List.of(
        label,
        stated,
        accuracy(row),
        text("%.3f", metrics.get(Metrics.SPARSITY_ACHIEVED)),
        text("%.3f", metrics.get(Metrics.SPARSITY_MODEL)),
        times(metrics, Metrics.encodedBytes("zip")),
        times(metrics, Metrics.SIZE_COMPRESSED_BYTES));
  }

  /** Which steps differ by more than chance. */
  private String differences() {
    String pruned = gradually(LAYERWISE);
    String flat = gradually(FLAT);
    return new MarkdownTable(
            List.of("test accuracy", "stated", "here", "verdict"),
            List.of(
                stated("layerwise, 50 to 90 %, against original", -0.02, pruned, ORIGINAL),
                stated("the same, int8, against original", -0.04, pruned + INT8, ORIGINAL),
                stated("the same, int8 against floats", -0.02, pruned + INT8, pruned),
                compared("*original, int8 against floats*", ORIGINAL + INT8, ORIGINAL),
                compared("*original, an epoch more, against original*", TRAINED_ON, ORIGINAL),
                compared("*layerwise, 50 to 90 %, against an epoch more*", pruned, TRAINED_ON),
                compared("*flat, 50 to 90 %, against an epoch more*", flat, TRAINED_ON),
                compared("*50 to 90 %, flat against layerwise*", flat, pruned),
                compared(
                    "*90 % at one stroke, fine-tuned, flat against layerwise*",
                    trained(atOnce(RATE, FLAT)), trained(atOnce(RATE, LAYERWISE))),
                compared(
                    "*layerwise, 50 to 90 % against one stroke, fine-tuned*",
                    pruned, trained(atOnce(RATE, LAYERWISE))),
                compared(
                    "*flat, 50 to 90 % against one stroke, fine-tuned*",
                    flat, trained(atOnce(RATE, FLAT)))))
        .text();
  }

  private List<String> stated(String label, double stated, String row, String than) {
    Interval here = results.difference(row, than, Metrics.TEST_ACCURACY);
    return List.of(
        label, text("%+.2f", stated), Figures.difference(here), new Verdict(stated, here).text());
  }

  private List<String> compared(String label, String row, String than) {
    Interval here = results.difference(row, than, Metrics.TEST_ACCURACY);
    return List.of(label, "", Figures.difference(here), Verdict.ofChance(here));
  }

  private String accuracy(String row) {
    return Figures.fraction(results.interval(row, Metrics.TEST_ACCURACY));
  }

  /** How often a size goes into that of plain floats. */
  private static String times(Metrics metrics, String metric) {
    return text("1/%.1f", metrics.get(Metrics.SIZE_DENSE_BYTES) / metrics.get(metric));
  }

  /** The network of full width, of one seed. */
  private String sizes() {
    String zip = Metrics.encodedBytes("zip");
    String huffman = Metrics.encodedBytes("int8_huffman");
    String esp = Metrics.SIZE_COMPRESSED_BYTES;
    List<List<String>> rows = new ArrayList<>();
    rows.add(size("floats", "9.15", FULL, Metrics.SIZE_DENSE_BYTES, "1/1.0"));
    rows.add(size("the same, zip", "", FULL, zip, ""));
    rows.add(size("int8, `.tflite`", "", FULL + INT8, Metrics.SIZE_TFLITE_INT8_BYTES, ""));
    rows.add(size("50 to 90 % in each layer, zip", "2.16", FULL_PRUNED, zip, "1/4.2"));
    rows.add(size("the same, `.esp`", "", FULL_PRUNED, esp, ""));
    rows.add(size("int8, Huffman codes", "0.56", FULL_PRUNED + INT8, huffman, "1/16.3"));
    rows.add(size("the same, `.esp`", "", FULL_PRUNED + INT8, esp, ""));
    for (String rate : List.of("0.8", "0.85")) {
      String pruned = "s%s-layerwise-ft0".formatted(rate);
      rows.add(size("*%s of each layer, zip*".formatted(rate), "", pruned, zip, ""));
      rows.add(size("*int8, Huffman codes*", "", pruned + INT8, huffman, ""));
    }
    return new MarkdownTable(
            List.of("width 1", "MB, stated", "here", "ratio, stated", "here", "test accuracy"),
            rows)
        .text();
  }

  private List<String> size(
      String label, String stated, String row, String metric, String statedRatio) {
    Metrics metrics = full(row);
    return List.of(
        label,
        stated,
        text("%.2f", metrics.get(metric) / MEGABYTE),
        statedRatio,
        times(metrics, metric),
        text("%.4f", metrics.get(Metrics.TEST_ACCURACY)));
  }

  private static double of(Map<String, Double> accuracies, String seed) {
    return Objects.requireNonNull(accuracies.get(seed), seed);
  }
}
