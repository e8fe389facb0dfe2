package dev.espalier.workers.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * A line of JSON that is read token by token. A tree of it would take several times as long, and a
 * journal may have a hundred thousand lines.
 */
public final class JsonLine {
  private JsonLine() {}

  /** What is done with the fields of an object. */
  @FunctionalInterface
  public interface Fields {
    /**
     * Reads the value of a field; one that is left alone is passed over.
     *
     * @param value at the first token of the value, and afterwards at its last or none
     */
    void read(String name, JsonParser value) throws IOException;
  }

  /** What is done with the elements of an array. */
  @FunctionalInterface
  public interface Elements {
    /**
     * Reads an element.
     *
     * @param element at its first token, and afterwards at its last or none
     */
    void read(JsonParser element) throws IOException;
  }

  /**
   * Reads a line that is one object.
   *
   * @param required the fields that it must have
   * @throws IllegalArgumentException if it is no such line; caused by a {@link StreamReadException}
   *     if it is no JSON, as the beginning of a line is
   */
  public static void read(ObjectMapper json, String text, Set<String> required, Fields fields) {
    try (JsonParser line = json.createParser(text)) {
      line.nextToken();
      object(line, required, fields);
      if (line.nextToken() != null) {
        throw new IllegalArgumentException("must end with its object, found " + line.getText());
      }
    } catch (IllegalArgumentException e) {
      requireJson(json, text);
      throw e;
    } catch (JsonProcessingException e) {
      requireJson(json, text);
      throw notJson(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the object at whose first token {@code line} is.
   *
   * @param required the fields that it must have
   * @throws IllegalArgumentException if there is none, or it has not all of them
   */
  public static void object(JsonParser line, Set<String> required, Fields fields)
      throws IOException {
    requireAt(JsonToken.START_OBJECT, line, "an object");
    Set<String> missing = new HashSet<>(required);
    while (line.nextToken() != JsonToken.END_OBJECT) {
      String name = line.currentName();
      missing.remove(name);
      line.nextToken();
      fields.read(name, line);
      line.skipChildren();
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("no " + String.join(", ", new TreeSet<>(missing)));
    }
  }

  /**
   * Reads the array at whose first token {@code line} is.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static void array(JsonParser line, Elements elements) throws IOException {
    requireAt(JsonToken.START_ARRAY, line, "an array");
    while (line.nextToken() != JsonToken.END_ARRAY) {
      elements.read(line);
      line.skipChildren();
    }
  }

  /**
   * The text at which {@code line} is.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static String text(JsonParser line) throws IOException {
    requireAt(JsonToken.VALUE_STRING, line, "a text");
    return line.getText();
  }

  /** The number at which {@code line} is; {@code otherwise} if there is none. */
  public static double number(JsonParser line, double otherwise) throws IOException {
    JsonToken token = line.currentToken();
    return token != null && token.isNumeric() ? line.getDoubleValue() : otherwise;
  }

  private static void requireAt(JsonToken token, JsonParser line, String what) throws IOException {
    if (line.currentToken() != token) {
      String name = line.currentName();
      throw new IllegalArgumentException(
          "%s must be %s, found %s".formatted(name == null ? "it" : name, what, line.getText()));
    }
  }

  /** The beginning of a line is that before all, whatever else is wrong with it. */
  private static void requireJson(ObjectMapper json, String text) {
    try (JsonParser line = json.createParser(text)) {
      while (line.nextToken() != null) {
        line.skipChildren();
      }
    } catch (JsonProcessingException e) {
      throw notJson(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static IllegalArgumentException notJson(JsonProcessingException problem) {
    return new IllegalArgumentException("not JSON: " + problem.getOriginalMessage(), problem);
  }
}
