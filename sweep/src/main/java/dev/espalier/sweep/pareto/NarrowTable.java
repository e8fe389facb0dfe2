package dev.espalier.sweep.pareto;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A table whose lines have a limited length: columns that can be spared go first, the most
 * dispensable before the others, and then long names lose their middle.
 *
 * @param <T> what a row is about
 * @param columns from left to right
 * @param width characters of a line
 */
record NarrowTable<T>(List<Column<T>> columns, int width) {
  private static final String CUT = "...";
  private static final int LEAST_NAME = 12;

  /** Where the text of a cell stands. */
  enum Side {
    LEFT,
    RIGHT
  }

  /**
   * A column.
   *
   * @param dispensable 0 for one that always stays; of others the one with the highest goes first
   * @param isName whether its cells may be cut
   */
  record Column<T>(
      String header, Side side, int dispensable, boolean isName, Function<T, String> cell) {

    Column(String header, Side side, int dispensable, Function<T, String> cell) {
      this(header, side, dispensable, false, cell);
    }

    /** One with names, which stays. */
    static <T> Column<T> name(String header, Function<T, String> cell) {
      return new Column<>(header, Side.LEFT, 0, true, cell);
    }
  }

  NarrowTable {
    columns = List.copyOf(columns);
  }

  /**
   * The header and a line for each row.
   *
   * @param best rows to stand out
   */
  List<TextLine> lines(List<T> rows, Predicate<T> best) {
    List<Column<T>> shown = new ArrayList<>(columns);
    int excess = excess(shown, rows);
    while (excess > 0 && shown.stream().anyMatch(column -> column.dispensable() > 0)) {
      shown.remove(shown.stream().max(Comparator.comparingInt(Column::dispensable)).orElseThrow());
      excess = excess(shown, rows);
    }
    List<String> texts = texts(shown, rows, excess);
    List<TextLine> lines = new ArrayList<>();
    lines.add(new TextLine(TextLine.Kind.HEAD, texts.get(0)));
    for (int r = 0; r < rows.size(); r++) {
      boolean stands = best.test(rows.get(r));
      lines.add(new TextLine(stands ? TextLine.Kind.BEST : TextLine.Kind.PLAIN, texts.get(r + 1)));
    }
    return lines;
  }

  /** How many characters the longest line has too many. */
  private int excess(List<Column<T>> shown, List<T> rows) {
    return texts(shown, rows, 0).stream().mapToInt(String::length).max().orElse(0) - width;
  }

  /** The lines, the header first; the longest names are shorter by {@code cut}. */
  private List<String> texts(List<Column<T>> shown, List<T> rows, int cut) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(shown.stream().map(Column::header).toList());
    int longest =
        shown.stream()
            .filter(Column::isName)
            .flatMap(column -> rows.stream().map(column.cell()))
            .mapToInt(String::length)
            .max()
            .orElse(0);
    int most = Math.max(LEAST_NAME, longest - Math.max(0, cut));
    for (T row : rows) {
      cells.add(
          shown.stream()
              .map(
                  column -> {
                    String cell = column.cell().apply(row);
                    return column.isName() ? shortened(cell, most) : cell;
                  })
              .toList());
    }
    return AlignedColumns.lines(cells, c -> shown.get(c).side() == Side.LEFT);
  }

  private static String shortened(String name, int most) {
    if (name.length() <= most) {
      return name;
    }
    int kept = most - CUT.length();
    int head = (kept + 1) / 2;
    return name.substring(0, head) + CUT + name.substring(name.length() - (kept - head));
  }
}
