package dev.espalier.sweep.pareto;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A front as CSV after RFC 4180: a header, then one row for each point, in the order of the front.
 * Parameters and metrics keep their names from the journal; a value that a point has not, or that
 * is no number, is an empty field.
 */
public final class FrontCsv {
  private FrontCsv() {}

  /** The whole file; lines end in CR LF. */
  public static String of(Front front) {
    TreeSet<String> parameters = new TreeSet<>();
    TreeSet<String> metrics = new TreeSet<>();
    for (Point point : front.points()) {
      parameters.addAll(point.parameters().keySet());
      metrics.addAll(point.metrics().values().keySet());
    }
    List<String> header =
        new ArrayList<>(List.of("trial", "name", "knee", "tied_with_smaller", "standard_error"));
    header.addAll(parameters);
    header.addAll(metrics);

    Point knee = Knee.of(front);
    StringBuilder csv = new StringBuilder(line(header));
    for (int i = 0; i < front.points().size(); i++) {
      Point point = front.points().get(i);
      List<String> row = new ArrayList<>(List.of(point.trial(), point.name()));
      row.add(String.valueOf(point.equals(knee)));
      row.add(String.valueOf(front.tiedWithSmaller(i)));
      row.add(
          point.correct() == null ? "" : String.format(Locale.ROOT, "%.6f", point.standardError()));
      parameters.forEach(name -> row.add(point.parameters().getOrDefault(name, "")));
      metrics.forEach(name -> row.add(number(point.metrics().get(name))));
      csv.append(line(row));
    }
    return csv.toString();
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
