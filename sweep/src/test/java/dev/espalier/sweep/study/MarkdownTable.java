package dev.espalier.sweep.study;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of the page.
 *
 * @param head names of the columns, of which the first is of texts and the others of numbers
 * @param rows a cell for each column
 */
record MarkdownTable(List<String> head, List<List<String>> rows) {
  MarkdownTable {
    for (List<String> row : rows) {
      if (row.size() != head.size()) {
        throw new IllegalArgumentException(
            "a row must have a cell for each of %s, found %s".formatted(head, row));
      }
    }
  }

  String text() {
    String rule = "|---" + "|--:".repeat(head.size() - 1) + "|";
    return line(head)
        + "\n"
        + rule
        + "\n"
        + rows.stream().map(row -> line(row) + "\n").collect(Collectors.joining());
  }

  private static String line(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }
}
