package dev.espalier.sweep.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A JSON file of a sweep that is read into a record. It is written atomically, but may be damaged
 * or edited later: a file that cannot be read is refused with its path and a remedy, and the
 * compact constructor of the record refuses invalid values. Unknown fields are ignored.
 *
 * @param files the folder that it lies in
 * @param name its name there
 * @param place where it lies, for people
 * @param what it must be, after "must be"
 * @param remedy what to do about one that cannot be read
 */
record JsonFile<T>(
    Storage files, String name, String place, Class<T> type, String what, String remedy) {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** A file of a sweep's folder. */
  static <T> JsonFile<T> of(
      RunDirectory directory, String name, Class<T> type, String what, String remedy) {
    return new JsonFile<>(directory.files(), name, directory.place(name), type, what, remedy);
  }

  boolean exists() throws IOException {
    return files.exists(name);
  }

  /**
   * Reads it.
   *
   * @throws RefusedException if it cannot be read
   */
  T read() throws IOException {
    try {
      T value = JSON.readValue(new String(files.read(name), StandardCharsets.UTF_8), type);
      if (value == null) {
        throw damaged("null", null);
      }
      return value;
    } catch (ValueInstantiationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw damaged(String.valueOf(cause.getMessage()), e);
    } catch (JsonProcessingException e) {
      throw damaged(e.getOriginalMessage(), e);
    }
  }

  /** Writes it in one piece. */
  void write(T value) throws IOException {
    byte[] text = (JSON.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
    files.replace(name, text, name + ".tmp");
  }

  private RefusedException damaged(String found, @Nullable Throwable why) {
    return new RefusedException(
        "%s: must be %s, found %s; %s".formatted(place, what, found, remedy), why);
  }
}
