package dev.espalier.sweep.pareto;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A front as CSV after RFC 4180: a header, then one row for each point, in the order of the front.
 * Parameters and metrics keep their names from the journal; a value that a point has not, or that
 * is no number, is an empty field. What holds or not is yes or no, because MLflow's preview of CSV
 * shows true and false as nothing. For a mean of seeds the field {@code trial} holds the ids of all
 * its trials, separated by spaces.
 */
public final class FrontCsv {
  private FrontCsv() {}

  private static final List<String> HEADER =
      List.of(
          "trial",
          "name",
          "seeds",
          "knee",
          "tied_with_smaller",
          "standard_error",
          "accuracy_low",
          "accuracy_high",
          "interval_over",
          "p_front",
          "p_knee");

  /** The whole file; lines end in CR LF. */
  public static String of(Confidence confidence) {
    TreeSet<String> parameters = new TreeSet<>();
    TreeSet<String> metrics = new TreeSet<>();
    for (PointConfidence entry : confidence.points()) {
      parameters.addAll(entry.point().parameters().keySet());
      metrics.addAll(entry.point().metrics().values().keySet());
    }
    List<String> header = new ArrayList<>(HEADER);
    header.addAll(parameters);
    header.addAll(metrics);

    PointConfidence knee = confidence.knee();
    StringBuilder csv = new StringBuilder(line(header));
    for (PointConfidence entry : confidence.points()) {
      Point point = entry.point();
      List<String> row = new ArrayList<>(first(entry, entry.equals(knee)));
      parameters.forEach(name -> row.add(point.parameters().getOrDefault(name, "")));
      metrics.forEach(name -> row.add(number(point.metrics().get(name))));
      csv.append(line(row));
    }
    return csv.toString();
  }

  private static List<String> first(PointConfidence entry, boolean knee) {
    Point point = entry.point();
    Interval accuracy = entry.accuracy();
    boolean known = accuracy.over() != Interval.Over.NOTHING;
    return List.of(
        point.trials().stream().map(Point::trial).collect(Collectors.joining(" ")),
        point.name(),
        String.valueOf(point.trials().size()),
        yes(knee),
        yes(entry.tied()),
        fraction(accuracy.standardError()),
        fraction(accuracy.low()),
        fraction(accuracy.high()),
        known ? accuracy.over().name().toLowerCase(Locale.ROOT) : "",
        number(entry.onFront()),
        number(entry.knee()));
  }

  private static String yes(boolean holds) {
    return holds ? "yes" : "no";
  }

  private static String fraction(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.6f", value);
  }

  /** Whole numbers without a point, up to the 2^53 to which they are exact. */
  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) <= 1L << 53;
    return whole ? String.valueOf((long) value) : String.valueOf(value);
  }

  private static String line(List<String> fields) {
    return fields.stream().map(FrontCsv::quoted).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
