package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The legend below the table of a front: what its marks and columns mean. */
final class FrontNotes {
  /** Dominated points are mentioned from this share of the replicates, up to this number. */
  private static final double CLOSE = 0.1;

  private static final int MOST_CLOSE = 3;

  private FrontNotes() {}

  /** All notes; those that are not needed to read the table are explanations. */
  static List<TextLine> of(Confidence confidence) {
    List<TextLine> notes = new ArrayList<>();
    notes.addAll(
        TextLine.all(
            TextLine.Kind.NOTE,
            intervals(
                confidence.points().stream().map(PointConfidence::point).toList(),
                confidence.front().all())));
    notes.addAll(TextLine.all(TextLine.Kind.EXPLANATION, explanations(confidence)));
    notes.addAll(TextLine.all(TextLine.Kind.NOTE, excluded(confidence.front().excluded())));
    return notes;
  }

  private static List<String> explanations(Confidence confidence) {
    List<String> notes = new ArrayList<>();
    addChances(confidence, notes);
    if (confidence.points().stream().anyMatch(PointConfidence::tied)) {
      notes.add(
          "tied: no more accurate than "
              + (confidence.front().objectives().size() > 2
                  ? "a point that is as good in everything else"
                  : "the next smaller point")
              + ", within two standard errors of the difference");
    }
    notes.add("ratio: the same network as plain 32-bit weights, by size");
    if (Double.isFinite(confidence.hypervolume()) && confidence.hypervolume() > 0) {
      notes.add(hypervolume(confidence));
    }
    return notes;
  }

  /** Points that miss the same metrics, as after an upgrade, are counted; others are named. */
  private static List<String> excluded(List<Front.Excluded> excluded) {
    List<String> notes = new ArrayList<>();
    Map<String, List<Front.Excluded>> byReason = new LinkedHashMap<>();
    for (Front.Excluded each : excluded) {
      byReason.computeIfAbsent(each.reason(), reason -> new ArrayList<>()).add(each);
    }
    byReason.forEach(
        (reason, all) -> {
          if (all.size() > 1 && all.get(0).isUnmeasured()) {
            int trials = all.stream().mapToInt(each -> each.point().trials().size()).sum();
            notes.add("left out: %d trials %s".formatted(trials, reason.replace("has", "have")));
          } else {
            all.forEach(
                each -> notes.add("left out: %s (%s)".formatted(each.point().name(), reason)));
          }
        });
    return notes;
  }

  /**
   * The meaning of ± beside validation accuracies.
   *
   * @param shown whose accuracies stand there
   * @param all what they were taken from, which tells how many seeds there are
   */
  static List<String> intervals(List<Point> shown, List<Point> all) {
    List<String> notes = new ArrayList<>();
    long seeds = all.stream().flatMap(point -> point.seeds().stream()).distinct().count();
    List<Outcomes> outcomes =
        shown.stream()
            .filter(point -> over(point) == Interval.Over.IMAGES)
            .flatMap(point -> point.outcomes().stream())
            .toList();
    if (shown.stream().anyMatch(point -> over(point) == Interval.Over.SEEDS)) {
      notes.add("±: 95 % interval over the seeds (Student's t), with these validation images");
    }
    if (!outcomes.isEmpty()) {
      String few = seeds == 1 ? "one seed" : seeds == 2 ? "two seeds" : "where seeds are below 3";
      notes.add(
          "±: 95 %% interval over the %d validation images; %s: variation between seeds is not included"
              .formatted(outcomes.get(0).images(), few));
    } else if (seeds == 1 || seeds == 2) {
      notes.add((seeds == 1 ? "one seed" : "two seeds") + ": variation between seeds is not shown");
    }
    return notes;
  }

  private static Interval.Over over(Point point) {
    return Interval.of(point, Metrics.VAL_ACCURACY).over();
  }

  private static void addChances(Confidence confidence, List<String> notes) {
    if (!confidence.knowsChance()) {
      return;
    }
    boolean seeds =
        Stream.concat(confidence.points().stream(), confidence.dominated().stream())
            .anyMatch(entry -> entry.point().trials().size() >= Interval.ENOUGH_SEEDS);
    notes.add(
        "P(front), P(knee): how often nothing beats it, and how often it is the knee, in %d draws of validation images%s"
            .formatted(Bootstrap.REPLICATES, seeds ? " and seeds" : ""));
    List<PointConfidence> close =
        confidence.dominated().stream()
            .filter(entry -> entry.onFront() >= CLOSE)
            .sorted(Comparator.comparingDouble(PointConfidence::onFront).reversed())
            .toList();
    close.stream()
        .limit(MOST_CLOSE)
        .map(
            s ->
                String.format(
                    Locale.ROOT,
                    "close: %s is beaten, but P(front) is %.2f",
                    s.point().name(),
                    s.onFront()))
        .forEach(notes::add);
    if (close.size() > MOST_CLOSE) {
      notes.add("close: %d more".formatted(close.size() - MOST_CLOSE));
    }
  }

  private static String hypervolume(Confidence confidence) {
    return String.format(
        Locale.ROOT,
        "hypervolume: %.4f, from %s",
        confidence.hypervolume(),
        confidence.front().objectives().stream()
            .map(o -> o.name() + " " + plain(confidence.reference().value(o)))
            .collect(Collectors.joining(", ")));
  }

  private static String plain(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.valueOf(value);
  }
}
