package dev.espalier.sweep.study;

import static dev.espalier.sweep.study.Figures.count;
import static dev.espalier.sweep.study.Figures.text;

import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Study 002: MobileNetV2 with a classifier of its own, half of whose weights are pruned. It is a
 * specification without results; its numbers are counts.
 */
final class TransferStudy {
  static final String NAME = "002-mobilenetv2-transfer";

  private static final String FROZEN = "model-%shead-dense128-dropout0.2-ft2";
  private static final String WHOLE = "model-%shead-dense128-dropout0.2-freeze-off-ft2";
  private static final String DENSE = "s0-";
  private static final String HALF = "-s0.5-flat";
  private static final String HEAD = "-lhead";
  private static final String MIDDLE =
      "-lblock10.~,block11.~,block12.~,block13.~,block8.~,block9.~";
  private static final double MEGABYTE = 1e6;

  /** Weights and biases of 1280 x 128 x 10. */
  private static final int HEAD_PARAMETERS = 165_258;

  private static final int HEAD_WEIGHTS = 165_120;

  /** Of the base: trained values, and statistics of batch norm. */
  private static final int BASE_PARAMETERS = 2_223_872;

  private static final int BASE_STATISTICS = 34_112;

  private final StudyResults results;

  TransferStudy() throws IOException {
    results = StudyResults.read(NAME);
  }

  Map<String, String> tables() {
    return Map.of("002 counts", counts(), "002 head", head(), "002 places", places());
  }

  private static String of(String network, String dense, String rest) {
    return network.formatted(dense) + rest;
  }

  private static String scheduled() {
    return of(FROZEN, "", HALF + "-poly2" + HEAD);
  }

  private String counts() {
    Metrics dense = results.row(of(FROZEN, DENSE, "")).metrics();
    Metrics pruned = results.row(scheduled()).metrics();
    double total = dense.get(Metrics.PARAMS_TOTAL);
    double all = total + BASE_STATISTICS;
    // Not by params/nonzero: a few biases of neurons that never fire are zero, pruned or not.
    double zeros = pruned.get(Metrics.SPARSITY_ACHIEVED) * HEAD_WEIGHTS;
    int trained = HEAD_PARAMETERS + BASE_PARAMETERS;
    double share = HEAD_WEIGHTS / 2.0 / (trained + BASE_STATISTICS);
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of("parameters of the head", count(HEAD_PARAMETERS), count(total - BASE_PARAMETERS)));
    rows.add(List.of("of head and base", count(trained), count(total)));
    rows.add(List.of("zeros at 50 % of the head", count(HEAD_WEIGHTS / 2), count(zeros)));
    rows.add(List.of("their share of all values", text("%.4f", share), text("%.4f", zeros / all)));
    return new MarkdownTable(List.of("", "by the specification", "here"), rows).text();
  }

  /** The base is frozen. */
  private String head() {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("trained, 2 epochs", of(FROZEN, DENSE, ""));
    rows.put("2 epochs more", of(FROZEN, DENSE, "").replace("-ft2", "-ft4"));
    rows.put("0 to 50 % in 2 epochs", scheduled());
    rows.put("50 % at one stroke", of(FROZEN, "", HALF + HEAD));
    rows.put("the same, 2 epochs of fine-tuning", of(FROZEN, "", HALF + HEAD + "-ft2"));
    return table("base frozen", rows, "2 epochs more");
  }

  /** All is trained. */
  private String places() {
    Map<String, String> rows = new LinkedHashMap<>();
    String middle = "half of the weights of blocks 8 to 13";
    rows.put("trained, 2 epochs", of(WHOLE, DENSE, ""));
    rows.put("an epoch more", of(WHOLE, DENSE, "").replace("-ft2", "-ft3"));
    rows.put("half of the head's weights", of(WHOLE, "", HALF + HEAD));
    rows.put("the same, an epoch more", of(WHOLE, "", HALF + HEAD + "-ft1"));
    rows.put(middle, of(WHOLE, "", HALF + MIDDLE));
    rows.put(middle + ", an epoch more", of(WHOLE, "", HALF + MIDDLE + "-ft1"));
    rows.put("three blocks dropped", of(WHOLE, DENSE, "-drop3"));
    rows.put("three blocks dropped, an epoch more", of(WHOLE, DENSE, "-drop3-ft1"));
    return table("all trained", rows, "an epoch more");
  }

  /**
   * @param labels with the rows of the sweep
   * @param control the label of the row of equal training without pruning
   */
  private String table(String corner, Map<String, String> labels, String control) {
    List<List<String>> rows = new ArrayList<>();
    String dense = labels.values().iterator().next();
    String trained = Objects.requireNonNull(labels.get(control), control);
    labels.forEach(
        (label, row) -> {
          Metrics metrics = results.row(row).metrics();
          rows.add(
              List.of(
                  label,
                  Figures.fraction(results.interval(row, Metrics.TEST_ACCURACY)),
                  label.equals(control)
                      ? ""
                      : Figures.difference(results.difference(row, trained, Metrics.TEST_ACCURACY)),
                  count(metrics.get(Metrics.PARAMS_NONZERO)),
                  text("%.3f", metrics.get(Metrics.SPARSITY_ACHIEVED)),
                  text("%.3f", metrics.get(Metrics.SPARSITY_MODEL)),
                  megabytes(metrics, Metrics.SIZE_TFLITE_BYTES),
                  megabytes(metrics, Metrics.encodedBytes("zip")),
                  megabytes(metrics, Metrics.SIZE_COMPRESSED_BYTES),
                  Figures.multiple(results.ratio(row, dense, Metrics.LATENCY_BATCH1_SECONDS))));
        });
    return new MarkdownTable(
            List.of(
                corner,
                "test accuracy",
                "against \"" + control + "\"",
                "parameters, not zero",
                "zeros in scope",
                "in all kernels",
                "`.tflite`, MB",
                "zip",
                "`.esp`",
                "time"),
            rows)
        .text();
  }

  private static String megabytes(Metrics metrics, String size) {
    return text("%.2f", metrics.get(size) / MEGABYTE);
  }
}
