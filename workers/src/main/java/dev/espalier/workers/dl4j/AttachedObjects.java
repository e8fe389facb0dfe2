package dev.espalier.workers.dl4j;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arrays that {@code ModelSerializer.addObjectToFile} wrote beside a network, as exports did before
 * they had {@code input.json}. They lie there in Java's serialization format, of which this reads
 * two shapes, an array of floats and one of texts, by their bytes; whatever else it finds counts as
 * absent. No class is looked for.
 */
final class AttachedObjects {
  private static final int MAX_BYTES = 1 << 20;

  /** Magic, version, array, class description of {@code float[]}. */
  private static final byte[] FLOATS =
      HexFormat.of().parseHex("aced0005" + "7572" + "00025b46" + "0b9c818922e00c42" + "0200007870");

  /** The same of {@code String[]}. */
  private static final byte[] TEXTS =
      HexFormat.of()
          .parseHex(
              "aced0005"
                  + "7572"
                  + "00135b4c6a6176612e6c616e672e537472696e673b"
                  + "add256e7e91d7b47"
                  + "0200007870");

  private static final int TEXT = 0x74;

  private AttachedObjects() {}

  /** The floats of this name; null where there are none. */
  static double @Nullable [] numbers(ModelArchive archive, String name) {
    try (DataInputStream in = open(archive, name, FLOATS)) {
      if (in == null) {
        return null;
      }
      double[] numbers = new double[length(in)];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = in.readFloat();
      }
      return numbers;
    } catch (IOException e) {
      throw archive.damaged("objects/" + name, e);
    }
  }

  /** The texts of this name; empty where there are none. */
  static List<String> texts(ModelArchive archive, String name) {
    List<String> texts = new ArrayList<>();
    try (DataInputStream in = open(archive, name, TEXTS)) {
      int length = in == null ? 0 : length(in);
      for (int i = 0; i < length && in != null; i++) {
        if (in.readUnsignedByte() != TEXT) {
          return List.of();
        }
        texts.add(in.readUTF());
      }
      return texts;
    } catch (IOException e) {
      throw archive.damaged("objects/" + name, e);
    }
  }

  private static @Nullable DataInputStream open(ModelArchive archive, String name, byte[] start)
      throws IOException {
    String entry = "objects/" + name;
    if (!archive.has(entry)) {
      return null;
    }
    DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(archive.read(entry, MAX_BYTES)));
    return Arrays.equals(in.readNBytes(start.length), start) ? in : null;
  }

  private static int length(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_BYTES) {
      throw new IOException("an array of " + length + " values");
    }
    return length;
  }
}
