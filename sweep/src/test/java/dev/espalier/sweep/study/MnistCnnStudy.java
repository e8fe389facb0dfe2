package dev.espalier.sweep.study;

import static dev.espalier.sweep.study.Figures.count;
import static dev.espalier.sweep.study.Figures.text;
import static dev.espalier.sweep.study.StudyResults.trained;

import dev.espalier.sweep.pareto.Interval;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Study 003: a CNN on MNIST, half of its weights pruned, or 30 % of its filters and neurons. What
 * it stated is the summary of its notebook.
 */
final class MnistCnnStudy {
  static final String NAME = "003-mnist-cnn";

  private static final String ORIGINAL = "mnist-cnn-w1-s0-ft0";
  private static final String UNSTRUCTURED = "mnist-cnn-w1-s0.5-layerwise-ft0";
  private static final String STRUCTURED = "mnist-cnn-w1-f0.3-layerwise-l1-floor-keep-ft0";
  private static final String BY_L2 = STRUCTURED.replace("-l1-", "-l2-");
  private static final String BY_ACTIVATION = STRUCTURED.replace("-l1-", "-activation-");
  private static final double TEST_IMAGES = 10_000;
  private static final double MEBIBYTE = 1 << 20;

  /** The rows of the study. */
  private static final List<Stated> ROWS =
      List.of(
          new Stated("original", ORIGINAL, 0.9908, 1.9307, 1.61, 421_642, 421_642),
          new Stated("unstructured 50 %", UNSTRUCTURED, 0.9819, 1.8993, 1.61, 210_938, 421_642),
          new Stated(
              "the same, fine-tuned",
              trained(UNSTRUCTURED),
              0.9917,
              1.8972,
              1.61,
              210_938,
              421_642),
          new Stated("structured 30 %", STRUCTURED, 0.9863, 1.6492, 0.78, 201_849, 201_849),
          new Stated(
              "the same, fine-tuned", trained(STRUCTURED), 0.9916, 1.6424, 0.78, 201_849, 201_849));

  private final StudyResults results;

  MnistCnnStudy() throws IOException {
    results = StudyResults.read(NAME);
  }

  /**
   * A row of the study.
   *
   * @param row of the sweep
   * @param seconds for all test images
   * @param mebibytes of the saved file
   */
  private record Stated(
      String label,
      String row,
      double accuracy,
      double seconds,
      double mebibytes,
      int nonzero,
      int total) {}

  Map<String, String> tables() {
    return Map.of(
        "003 rows", rows(),
        "003 criteria", criteria(),
        "003 costs", costs(),
        "003 differences", differences());
  }

  private String rows() {
    List<List<String>> rows = new ArrayList<>();
    for (Stated stated : ROWS) {
      Point point = results.row(stated.row);
      rows.add(
          List.of(
              stated.label,
              text("%.4f", stated.accuracy),
              accuracy(stated.row),
              count(stated.nonzero) + " / " + count(stated.total),
              count(point.metrics().get(Metrics.PARAMS_NONZERO))
                  + " / "
                  + count(point.metrics().get(Metrics.PARAMS_TOTAL)),
              text("%.2f", stated.mebibytes),
              text("%.2f", point.metrics().get(Metrics.SIZE_TFLITE_BYTES) / MEBIBYTE)));
    }
    rows.add(control("*original, fine-tuned*", trained(ORIGINAL)));
    rows.add(control("*structured 30 %, by activation*", BY_ACTIVATION));
    rows.add(control("*the same, fine-tuned*", trained(BY_ACTIVATION)));
    return new MarkdownTable(
            List.of(
                "",
                "accuracy, stated",
                "here",
                "parameters, not zero / all, stated",
                "here",
                "file, MiB, stated",
                "here"),
            rows)
        .text();
  }

  /** A row that the study did not have. */
  private List<String> control(String label, String row) {
    Metrics metrics = results.row(row).metrics();
    return List.of(
        label,
        "",
        accuracy(row),
        "",
        count(metrics.get(Metrics.PARAMS_NONZERO))
            + " / "
            + count(metrics.get(Metrics.PARAMS_TOTAL)),
        "",
        text("%.2f", metrics.get(Metrics.SIZE_TFLITE_BYTES) / MEBIBYTE));
  }

  /** Structured pruning before fine-tuning, in each seed. */
  private String criteria() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(ORIGINAL, "original");
    labels.put(STRUCTURED, "structured, `l1`");
    labels.put(BY_L2, "structured, `l2`");
    labels.put(BY_ACTIVATION, "structured, `activation`");
    List<List<String>> rows = new ArrayList<>();
    labels.forEach(
        (row, label) -> {
          List<String> cells = new ArrayList<>(List.of(label));
          results
              .bySeed(row, Metrics.TEST_ACCURACY)
              .forEach((seed, accuracy) -> cells.add(text("%.4f", accuracy)));
          rows.add(cells);
        });
    return new MarkdownTable(List.of("not fine-tuned", "seed 1", "seed 2", "seed 3"), rows).text();
  }

  private String accuracy(String row) {
    return Figures.fraction(results.interval(row, Metrics.TEST_ACCURACY));
  }

  /** Time and size; an epoch of fine-tuning changes neither. */
  private String costs() {
    List<List<String>> rows =
        List.of(
            cost("original", ROWS.get(0)),
            cost("unstructured 50 %, fine-tuned", ROWS.get(2)),
            cost("structured 30 %, fine-tuned", ROWS.get(4)));
    return new MarkdownTable(
            List.of(
                "",
                "time by the original's, stated",
                "here",
                "MACs",
                "not by zero",
                "`.tflite`, bytes",
                "zip",
                "`.esp`"),
            rows)
        .text();
  }

  private List<String> cost(String label, Stated stated) {
    Metrics metrics = results.row(stated.row).metrics();
    return List.of(
        label,
        text("%.2f", stated.seconds / ROWS.get(0).seconds),
        Figures.multiple(results.ratio(stated.row, ORIGINAL, Metrics.LATENCY_BATCH1_SECONDS)),
        count(metrics.get(Metrics.MACS_DENSE)),
        count(metrics.get(Metrics.MACS_NONZERO)),
        count(metrics.get(Metrics.SIZE_TFLITE_BYTES)),
        count(metrics.get(Metrics.encodedBytes("zip"))),
        count(metrics.get(Metrics.SIZE_COMPRESSED_BYTES)));
  }

  /** Which rows differ by more than chance. */
  private String differences() {
    List<List<String>> rows = new ArrayList<>();
    Stated original = ROWS.get(0);
    Stated structured = ROWS.get(3);
    rows.add(difference("unstructured against original", ROWS.get(1), original));
    rows.add(difference("the same, fine-tuned", ROWS.get(2), original));
    rows.add(difference("structured against original", structured, original));
    rows.add(difference("the same, fine-tuned", ROWS.get(4), original));
    rows.add(difference("structured against unstructured", structured, ROWS.get(1)));
    rows.add(difference("both fine-tuned", ROWS.get(4), ROWS.get(2)));
    String dense = trained(ORIGINAL);
    rows.add(comparison("*original, fine-tuned, against original*", dense, ORIGINAL));
    rows.add(comparison("*unstructured, both fine-tuned*", ROWS.get(2).row, dense));
    rows.add(comparison("*structured, both fine-tuned*", ROWS.get(4).row, dense));
    rows.add(comparison("*structured by activation, against original*", BY_ACTIVATION, ORIGINAL));
    rows.add(
        comparison("*structured by activation, both fine-tuned*", trained(BY_ACTIVATION), dense));
    return new MarkdownTable(
            List.of("test accuracy", "stated", "± of its images", "here", "verdict"), rows)
        .text();
  }

  private List<String> difference(String label, Stated row, Stated than) {
    double stated = row.accuracy - than.accuracy;
    Interval measured = results.difference(row.row, than.row, Metrics.TEST_ACCURACY);
    return List.of(
        label,
        text("%+.4f", stated),
        text("%.4f", 1.96 * Math.sqrt(variance(row.accuracy) + variance(than.accuracy))),
        Figures.difference(measured),
        new Verdict(stated, measured).text());
  }

  private List<String> comparison(String label, String row, String than) {
    Interval measured = results.difference(row, than, Metrics.TEST_ACCURACY);
    return List.of(label, "", "", Figures.difference(measured), Verdict.ofChance(measured));
  }

  /** Of an accuracy on the study's test images, by chance. */
  private static double variance(double accuracy) {
    return accuracy * (1 - accuracy) / TEST_IMAGES;
  }
}
