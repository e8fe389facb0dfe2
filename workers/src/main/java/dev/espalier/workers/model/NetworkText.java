package dev.espalier.workers.model;

import dev.espalier.workers.model.Layer.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text of a table, {@link Network#canonical()}, back into the table. */
public final class NetworkText {
  private static final int MAX_LINE = 4096; // so that matching takes no time to speak of
  private static final String NUMBER = "([0-9]{1,9})";
  private static final String ONE_INPUT = " (.+) < (.+)";
  private static final String ACTIVATION = " (identity|relu6?)";
  private static final String PADDING =
      " top %s bottom %s left %s right %s".formatted(NUMBER, NUMBER, NUMBER, NUMBER);
  private static final Pattern HEAD =
      Pattern.compile("network " + NUMBER + "x" + NUMBER + "x" + NUMBER);

  /** What makes a row of the groups of its pattern, of which the first is the name. */
  private interface RowForm {
    Layer row(Matcher found);
  }

  private static final Map<Pattern, RowForm> FORMS =
      Map.of(
          Pattern.compile(
              "conv%s channels %s -> %s kernel %s stride %s padding %s bias (true|false)%s"
                  .formatted(ONE_INPUT, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, ACTIVATION)),
          NetworkText::convolution,
          Pattern.compile(
              "depthwise%s channels %s kernel %s stride %s(?: padding %s)?( bias)?( relu6?)?"
                  .formatted(ONE_INPUT, NUMBER, NUMBER, NUMBER, NUMBER)),
          NetworkText::depthwise,
          Pattern.compile(
              "norm%s channels %s epsilon ([0-9.eE-]+) decay ([0-9.eE-]+)( log-std)?%s"
                  .formatted(ONE_INPUT, NUMBER, ACTIVATION)),
          NetworkText::norm,
          Pattern.compile("add (.+) < (.+), (.+)" + ACTIVATION),
          found ->
              new Layer.Add(found.group(1), found.group(2), found.group(3), activation(found, 4)),
          Pattern.compile("pad" + ONE_INPUT + PADDING),
          found -> new Layer.Pad(found.group(1), found.group(2), padding(found, 3)),
          Pattern.compile(
              "(max|average)-pool%s size %s(?: stride %s)?(?:%s)?"
                  .formatted(ONE_INPUT, NUMBER, NUMBER, PADDING)),
          NetworkText::pool,
          Pattern.compile("dropout" + ONE_INPUT + " rate ([0-9.eE-]+)"),
          found -> new Dropout(found.group(1), found.group(2), Double.parseDouble(found.group(3))),
          Pattern.compile("mean-pool" + ONE_INPUT),
          found -> new Layer.GlobalAveragePool(found.group(1), found.group(2)),
          Pattern.compile(
              "dense%s values %s -> %s%s".formatted(ONE_INPUT, NUMBER, NUMBER, ACTIVATION)),
          found ->
              new Layer.Dense(
                  found.group(1),
                  found.group(2),
                  positive(found, 3),
                  positive(found, 4),
                  activation(found, 5)),
          Pattern.compile("output%s values %s -> %s softmax".formatted(ONE_INPUT, NUMBER, NUMBER)),
          found ->
              new Layer.Output(
                  found.group(1), found.group(2), positive(found, 3), positive(found, 4)));

  private NetworkText() {}

  /**
   * The table of a text.
   *
   * @throws IllegalArgumentException if it is not the text of a table, naming the line
   */
  public static Network read(String text) {
    List<String> lines = List.of(text.split("\n", -1));
    Matcher head = HEAD.matcher(lines.get(0));
    if (!head.matches()) {
      throw refused(1, "must be network HEIGHTxWIDTHxCHANNELS", lines.get(0));
    }
    if (!lines.get(lines.size() - 1).isEmpty()) {
      throw refused(lines.size(), "the last row must end its line", lines.get(lines.size() - 1));
    }
    List<Layer> rows = new ArrayList<>();
    for (int line = 2; line < lines.size(); line++) {
      rows.add(row(line, lines.get(line - 1)));
    }
    try {
      return new Network(positive(head, 1), positive(head, 2), positive(head, 3), rows);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "lines 1 to " + (lines.size() - 1) + ": must be a network, found " + e.getMessage(), e);
    }
  }

  /**
   * Whether {@link #read} gives {@code network} back from its text: not where names of layers look
   * like other parts of it, as in a network that somebody else named.
   */
  public static boolean tells(Network network) {
    try {
      return read(network.canonical()).equals(network);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Layer row(int line, String text) {
    if (text.length() > MAX_LINE) {
      throw refused(line, "must have at most " + MAX_LINE + " characters", "" + text.length());
    }
    for (Map.Entry<Pattern, RowForm> form : FORMS.entrySet()) {
      Matcher found = form.getKey().matcher(text);
      if (found.matches()) {
        try {
          return form.getValue().row(found);
        } catch (IllegalArgumentException e) {
          throw refused(line, String.valueOf(e.getMessage()), text);
        }
      }
    }
    throw refused(line, "must be a row of a table, such as max-pool NAME < INPUT size 2", text);
  }

  private static Layer convolution(Matcher found) {
    return new Layer.Convolution(
        found.group(1),
        found.group(2),
        positive(found, 3),
        positive(found, 4),
        positive(found, 5),
        positive(found, 6),
        Integer.parseInt(found.group(7)),
        Boolean.parseBoolean(found.group(8)),
        activation(found, 9));
  }

  private static Layer depthwise(Matcher found) {
    int kernel = positive(found, 4);
    String padding = found.group(6);
    return new Layer.Depthwise(
        found.group(1),
        found.group(2),
        positive(found, 3),
        kernel,
        positive(found, 5),
        padding == null ? kernel / 2 : Integer.parseInt(padding),
        found.group(7) != null,
        found.group(8) == null ? Activation.IDENTITY : word(found.group(8).strip()));
  }

  private static Layer pool(Matcher found) {
    int size = positive(found, 4);
    return new Pool(
        found.group(2),
        found.group(3),
        found.group(1).equals("max") ? Pool.Function.MAX : Pool.Function.AVERAGE,
        size,
        found.group(5) == null ? size : positive(found, 5),
        found.group(6) == null ? Padding.NONE : padding(found, 6));
  }

  private static Padding padding(Matcher found, int group) {
    return new Padding(
        Integer.parseInt(found.group(group)),
        Integer.parseInt(found.group(group + 1)),
        Integer.parseInt(found.group(group + 2)),
        Integer.parseInt(found.group(group + 3)));
  }

  private static Layer norm(Matcher found) {
    return new Layer.BatchNorm(
        found.group(1),
        found.group(2),
        positive(found, 3),
        Double.parseDouble(found.group(4)),
        Double.parseDouble(found.group(5)),
        found.group(6) != null,
        activation(found, 7));
  }

  private static int positive(Matcher found, int group) {
    int number = Integer.parseInt(found.group(group));
    if (number < 1) {
      throw new IllegalArgumentException("all numbers but a padding must be at least 1");
    }
    return number;
  }

  private static Activation activation(Matcher found, int group) {
    return word(found.group(group));
  }

  private static Activation word(String word) {
    return switch (word) {
      case "relu" -> Activation.RELU;
      case "relu6" -> Activation.RELU6;
      default -> Activation.IDENTITY;
    };
  }

  private static IllegalArgumentException refused(int line, String rule, String found) {
    return new IllegalArgumentException("line " + line + ": " + rule + ", found " + found);
  }
}
