package dev.espalier.sweep.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Parses one YAML document into {@link Node}s. Numbers stay the text that was written. Aliases are
 * refused: a config needs none, and they are how a small file becomes a huge one.
 */
public final class YamlText {
  private static final YAMLFactory YAML = new YAMLFactory();
  private static final int MAX_DEPTH = 10;

  private final YAMLParser parser;
  private final BiFunction<Integer, Integer, SourceLocation> placeAt;
  private final Problems problems;

  private YamlText(
      YAMLParser parser, BiFunction<Integer, Integer, SourceLocation> placeAt, Problems problems) {
    this.parser = parser;
    this.placeAt = placeAt;
    this.problems = problems;
  }

  /**
   * Parses {@code text}; a {@link Node.Broken} comes back where it is no YAML.
   *
   * @param placeAt the place of a line and a column, both counted from 1
   * @param path of the document within the config, for messages
   */
  public static Node parse(
      String text,
      BiFunction<Integer, Integer, SourceLocation> placeAt,
      String path,
      Problems problems) {
    SourceLocation unprintable = unprintable(text, placeAt, path, problems);
    if (unprintable != null) {
      return new Node.Broken(unprintable);
    }
    try (YAMLParser parser = YAML.createParser(text)) {
      YamlText yaml = new YamlText(parser, placeAt, problems);
      if (parser.nextToken() == null) {
        return new Node.Nothing(placeAt.apply(1, 1));
      }
      Node root = yaml.node(path, 0);
      if (parser.nextToken() != null) {
        problems.add(yaml.place(), path, "must be one YAML document, found a second one");
      }
      return root;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      SourceLocation place =
          at == null ? placeAt.apply(1, 1) : placeAt.apply(at.getLineNr(), at.getColumnNr());
      problems.add(place, path, "is not YAML: " + reason(e));
      return new Node.Broken(place);
    } catch (IOException e) {
      throw new UncheckedIOException("reading a string", e);
    }
  }

  /**
   * Reports every character that YAML does not allow; the parser would report one of them, and not
   * its line.
   *
   * @return the place of the first; null if there is none
   */
  private static @Nullable SourceLocation unprintable(
      String text,
      BiFunction<Integer, Integer, SourceLocation> placeAt,
      String path,
      Problems problems) {
    SourceLocation first = null;
    int line = 1;
    int start = 0;
    for (int at = 0; at < text.length(); ) {
      int letter = text.codePointAt(at);
      if (!StreamReader.isPrintable(letter)) {
        SourceLocation place = placeAt.apply(line, at - start + 1);
        first = first == null ? place : first;
        problems.add(
            place, path, "must be text without control characters, found U+%04X".formatted(letter));
      }
      at += Character.charCount(letter);
      if (letter == '\n' || (letter == '\r' && (at == text.length() || text.charAt(at) != '\n'))) {
        line++;
        start = at;
      }
    }
    return first;
  }

  private static String reason(JsonProcessingException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof MarkedYAMLException marked && marked.getProblem() != null) {
        return marked.getProblem().strip();
      }
    }
    return e.getOriginalMessage().lines().findFirst().orElse("unreadable").strip();
  }

  private SourceLocation place() {
    JsonLocation at = parser.currentTokenLocation();
    return placeAt.apply(at.getLineNr(), at.getColumnNr());
  }

  private Node node(String path, int depth) throws IOException {
    SourceLocation place = place();
    JsonToken token = parser.currentToken();
    if (parser.isCurrentAlias()) {
      problems.add(place, path, "must be written out, found the YAML alias *" + parser.getText());
      return new Node.Broken(place);
    }
    if (depth > MAX_DEPTH) {
      problems.add(place, path, "must be at most " + MAX_DEPTH + " levels deep, found more");
      parser.skipChildren();
      return new Node.Broken(place);
    }
    if (token == JsonToken.START_OBJECT) {
      return mapping(place, path, depth);
    }
    if (token == JsonToken.START_ARRAY) {
      return sequence(place, path, depth);
    }
    return token == JsonToken.VALUE_NULL
        ? new Node.Nothing(place)
        : new Node.Scalar(place, parser.getText());
  }

  private Node mapping(SourceLocation place, String path, int depth) throws IOException {
    Map<String, Node.Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      SourceLocation keyPlace = place();
      String key = parser.currentName();
      String keyPath = path.isEmpty() ? key : path + "." + key;
      parser.nextToken();
      Node.Entry entry = new Node.Entry(keyPlace, node(keyPath, depth + 1));
      Node.Entry first = entries.putIfAbsent(key, entry);
      if (first != null) {
        problems.add(
            keyPlace,
            keyPath,
            "must stand here once, found it at " + first.place().text() + " too");
      }
    }
    return new Node.Mapping(place, entries);
  }

  private Node sequence(SourceLocation place, String path, int depth) throws IOException {
    List<Node> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(node(path + "[" + items.size() + "]", depth + 1));
    }
    return new Node.Sequence(place, items);
  }
}
