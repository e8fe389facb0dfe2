package dev.espalier.workers.model;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The words of a line of a list of layers, which are taken away as they are read. */
final class LayerWords {
  /** The most channels or neurons. */
  static final int MOST = 65_536;

  /** The most pixels a side of a kernel, of a pool or of a stride. */
  static final int MOST_PIXELS = 512;

  private static final int MOST_SHOWN = 80;

  private final String line;
  private final String form;
  private final List<String> words;

  /**
   * @param forms that a line may have, each beginning with a word of its own
   * @throws IllegalArgumentException if the first word is that of no form
   */
  LayerWords(String line, List<String> forms) {
    this.line = line.strip();
    this.words = new ArrayList<>(List.of(this.line.split("\\s+", -1)));
    String kind = words.get(0);
    this.form =
        forms.stream()
            .filter(each -> each.split(" ", 2)[0].equals(kind))
            .findFirst()
            .orElseThrow(() -> wrong("must be one of " + String.join("; ", forms)));
  }

  /** The first word. */
  String kind() {
    return words.remove(0);
  }

  /** The next word, a number in [{@code least}, {@code most}]. */
  int number(String name, int least, int most) {
    if (words.isEmpty() || !words.get(0).matches("[0-9]+")) {
      throw misshapen();
    }
    return inRange(name, words.remove(0), least, most);
  }

  /** The next word, a decimal in (0, 1). */
  BigDecimal fraction(String name) {
    if (words.isEmpty() || !words.get(0).matches("[0-9]{0,3}(\\.[0-9]{1,9})?")) {
      throw misshapen();
    }
    BigDecimal fraction = new BigDecimal(words.remove(0)).stripTrailingZeros();
    if (fraction.signum() == 0 || fraction.compareTo(BigDecimal.ONE) >= 0) {
      throw wrong("must have %s in (0, 1)".formatted(name));
    }
    return fraction;
  }

  /** The number of pixels after a word; {@code preset} where there is no such word. */
  int option(String word, int preset) {
    int at = words.indexOf(word);
    if (at < 0) {
      return preset;
    }
    if (at + 1 == words.size() || !words.get(at + 1).matches("[0-9]+")) {
      throw misshapen();
    }
    words.remove(at);
    return inRange(word, words.remove(at), 1, MOST_PIXELS);
  }

  /** The one of these words that is there; the first where there is none. */
  String one(List<String> choices) {
    for (String choice : choices) {
      if (words.remove(choice)) {
        return choice;
      }
    }
    return choices.get(0);
  }

  /** Whether a word is there. */
  boolean flag(String word) {
    return words.remove(word);
  }

  /** Makes sure that no word is left. */
  void end() {
    if (!words.isEmpty()) {
      throw misshapen();
    }
  }

  IllegalArgumentException wrong(String rule) {
    String found = line.isEmpty() ? "an empty text" : line;
    return new IllegalArgumentException(
        rule
            + ", found "
            + (found.length() <= MOST_SHOWN ? found : found.substring(0, MOST_SHOWN) + "..."));
  }

  private int inRange(String name, String digits, int least, int most) {
    int number = digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    if (number < least || number > most) {
      throw wrong("must have %s in [%d, %d]".formatted(name, least, most));
    }
    return number;
  }

  private IllegalArgumentException misshapen() {
    return wrong("must be " + form);
  }
}
