package dev.espalier.sweep.pareto;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** A table for a terminal: columns as wide as their widest cell, two spaces apart. */
public final class AlignedColumns {
  private AlignedColumns() {}

  /**
   * The lines, without spaces at their ends.
   *
   * @param rows at least one, of as many cells each
   * @param left which columns are aligned to the left; numbers are not
   */
  public static List<String> lines(List<List<String>> rows, IntPredicate left) {
    List<Integer> widths =
        IntStream.range(0, rows.get(0).size())
            .mapToObj(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toList();
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.size(); c++) {
        String padding = " ".repeat(widths.get(c) - row.get(c).length());
        line.append(left.test(c) ? row.get(c) + padding : padding + row.get(c)).append("  ");
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
