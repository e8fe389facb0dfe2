package dev.espalier.workers.onnx.reader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import onnx.OnnxMl.StringStringEntryProto;
import onnx.OnnxMl.TensorProto;

/**
 * Weights that lie beside an ONNX file. Only regular files of its own folder, and of folders below
 * it, are read, wherever links lead.
 *
 * @param folder of the ONNX file
 */
record ExternalData(Path folder) {

  /**
   * The file of a tensor.
   *
   * @throws RefusalException if it is none that may be read
   */
  Path file(TensorProto tensor) throws RefusalException {
    return file(location(tensor));
  }

  /** The name of the file of a tensor, as the ONNX file gives it. */
  static String location(TensorProto tensor) {
    return entries(tensor).getOrDefault("location", "");
  }

  private Path file(String location) throws RefusalException {
    String rule = "external data must lie in a file of the same folder or below";
    try {
      Path relative = Path.of(location);
      boolean leaves = relative.isAbsolute() || location.contains("\\") || goesUp(relative);
      if (location.isEmpty() || leaves) {
        throw new RefusalException(rule, Quoted.text(location));
      }
      Path real = folder.resolve(relative).toRealPath();
      if (!real.startsWith(folder.toRealPath())) {
        throw new RefusalException(rule, Quoted.text(location) + ", a link to somewhere else");
      }
      if (!Files.isRegularFile(real)) {
        throw new RefusalException(rule, Quoted.text(location) + ", which is no file");
      }
      return real;
    } catch (InvalidPathException e) {
      throw new RefusalException(rule, Quoted.text(location));
    } catch (IOException e) {
      throw new RefusalException(rule, Quoted.text(location) + ", which is not there");
    }
  }

  private static boolean goesUp(Path relative) {
    for (Path part : relative) {
      if (part.toString().equals("..")) {
        return true;
      }
    }
    return false;
  }

  /**
   * The bytes of a tensor.
   *
   * @param length how many its shape asks for
   * @throws RefusalException if its file does not hold them
   */
  ByteBuffer read(TensorProto tensor, int length) throws RefusalException {
    Map<String, String> entries = entries(tensor);
    String location = location(tensor);
    Path file = file(location);
    long offset = number(entries, "offset", 0);
    long declared = number(entries, "length", length);
    try (FileChannel channel = FileChannel.open(file)) {
      if (declared != length || offset > channel.size() - length) {
        throw new RefusalException(
            "external data must have the %d bytes of the shape within %s, of %d bytes"
                .formatted(length, Quoted.text(location), channel.size()),
            "%d bytes from byte %d".formatted(declared, offset));
      }
      ByteBuffer bytes = ByteBuffer.allocate(length);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, offset + bytes.position()) < 0) {
          throw new IOException("an early end");
        }
      }
      return bytes.flip();
    } catch (IOException e) {
      throw new RefusalException("external data must be readable", e.getMessage());
    }
  }

  private static Map<String, String> entries(TensorProto tensor) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    return entries;
  }

  private static long number(Map<String, String> entries, String key, long otherwise)
      throws RefusalException {
    String text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new RefusalException(
          "the " + key + " of external data must be a whole number", Quoted.text(text));
    }
    return Long.parseLong(text);
  }
}
