package dev.espalier.workers.onnx.reader;

/** Names from files, which may be of any length and characters, for messages. */
final class Quoted {
  private static final int MOST_CHARACTERS = 120;

  private Quoted() {}

  /** The start of a name between quotation marks, without characters that steer terminals. */
  static String text(String name) {
    return '"' + word(name) + '"';
  }

  /** The same without quotation marks. */
  static String word(String name) {
    String shown =
        name.codePoints()
            .limit(MOST_CHARACTERS)
            .map(character -> Character.isISOControl(character) ? '?' : character)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return shown + (name.codePointCount(0, name.length()) > MOST_CHARACTERS ? "..." : "");
  }
}
