package dev.espalier.sweep.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The Markdown of the reference as text for a terminal. */
final class PlainText {
  private static final Pattern PAGE = Pattern.compile("\\[([^]]+\\.md)]\\(\\1\\)");
  private static final Pattern PLACE = Pattern.compile("\\[([^]]+)]\\((#[^)]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]*)`");

  private PlainText() {}

  /** The text with links as paths in the repository; code keeps its marks. */
  static String withoutLinks(String markdown) {
    String pages = PAGE.matcher(markdown).replaceAll("docs/$1");
    return PLACE.matcher(pages).replaceAll("$1 (docs/config.md$2)");
  }

  /** The same without the marks of code. */
  static String of(String markdown) {
    return CODE.matcher(withoutLinks(markdown)).replaceAll("$1");
  }

  /**
   * Text in lines.
   *
   * @param start of the first line; the others are indented as far
   * @param columns that a line has at most
   */
  static List<String> wrapped(String start, String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(start);
    int indent = start.length();
    for (String word : text.split(" ", -1)) {
      if (line.length() > indent && line.length() + 1 + word.length() > columns) {
        lines.add(line.toString());
        line = new StringBuilder(" ".repeat(indent));
      }
      line.append(line.length() == indent ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
