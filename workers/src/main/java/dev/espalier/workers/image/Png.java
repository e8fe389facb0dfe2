package dev.espalier.workers.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A PNG file (W3C Portable Network Graphics, third edition), its chunks checked one by one: the
 * JDK's reader looks at no checksum and at no colour. Of several chunks about colour the strongest
 * counts: cICP, iCCP, sRGB, then gAMA and cHRM.
 */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final Set<String> PIXELS = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
  private static final int FRAME = 12;
  private static final int COLORED = 2;
  private static final int PALETTE = 1;
  private static final int MOST_PROFILE_BYTES = 1 << 24;

  private final byte[] content;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final PngColor color = new PngColor();
  private @Nullable ByteBuffer header;
  private Orientation orientation = Orientation.TOP_LEFT;

  private Png(byte[] content) {
    this.content = content;
  }

  static boolean is(byte[] content) {
    return content.length >= SIGNATURE.length
        && Arrays.equals(content, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /**
   * Reads a file, except for its pixels.
   *
   * @throws IOException if it is damaged, or its colours cannot be converted
   */
  static Container read(byte[] content) throws IOException {
    return new Png(content).read();
  }

  private Container read() throws IOException {
    kept.write(SIGNATURE);
    ByteBuffer in = ByteBuffer.wrap(content);
    int at = SIGNATURE.length;
    String type = "";
    while (!type.equals("IEND")) {
      if (at + FRAME > content.length) {
        throw new IOException("it is damaged: it ends in the middle");
      }
      int length = in.getInt(at);
      if (length < 0 || length > content.length - at - FRAME) {
        throw new IOException("it is damaged: it ends in the middle");
      }
      CRC32 crc = new CRC32();
      crc.update(content, at + 4, length + 4);
      if ((int) crc.getValue() != in.getInt(at + 8 + length)) {
        throw new IOException("it is damaged: the checksum at byte " + at + " does not match");
      }
      type = type(at + 4);
      take(type, in.slice(at + 8, length));
      if (belongsToPixels(type)) {
        kept.write(content, at, length + FRAME);
      }
      at += length + FRAME;
    }
    ByteBuffer found = header(type);
    boolean colored = (found.get(9) & (COLORED | PALETTE)) != 0;
    return new Container(
        "png",
        found.getInt(0),
        found.getInt(4),
        ByteBuffer.wrap(kept.toByteArray()),
        color.conversion(colored),
        orientation);
  }

  private String type(int at) throws IOException {
    StringBuilder type = new StringBuilder();
    for (int i = at; i < at + 4; i++) {
      if (!Character.isLetter(content[i])) {
        throw new IOException("it is damaged: no chunk begins at byte " + (at - 4));
      }
      type.append((char) content[i]);
    }
    return type.toString();
  }

  /** Without these nobody can draw it; what else begins in upper case is unknown here. */
  private static boolean belongsToPixels(String type) throws IOException {
    if (PIXELS.contains(type)) {
      return true;
    }
    if (Character.isUpperCase(type.charAt(0))) {
      throw new IOException("it needs a reader that knows the chunk " + type);
    }
    return false;
  }

  private void take(String type, ByteBuffer data) throws IOException {
    if (header == null && !type.equals("IHDR")) {
      throw new IOException("it is damaged: it must begin with IHDR, found " + type);
    }
    try {
      switch (type) {
        case "IHDR" -> header = header == null && data.limit() == 13 ? data : header(type);
        case "iCCP" -> color.profile(inflated(data));
        case "sRGB" -> color.srgb();
        case "cICP" -> color.codePoints(data);
        case "gAMA" -> color.gamma(data.getInt(0));
        case "cHRM" -> color.primaries(data);
        case "eXIf" -> orientation = Orientation.ofExif(bytes(data));
        default -> {}
      }
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("it is damaged: the chunk " + type + " is too short", e);
    }
  }

  private ByteBuffer header(String type) throws IOException {
    if (header == null || type.equals("IHDR")) {
      throw new IOException("it is damaged: it must have one IHDR of 13 bytes");
    }
    return header;
  }

  private static byte[] bytes(ByteBuffer data) {
    byte[] bytes = new byte[data.limit()];
    data.get(0, bytes);
    return bytes;
  }

  /** A profile: its name, a zero byte, the method 0, and a zlib stream. */
  private static byte[] inflated(ByteBuffer data) throws IOException {
    int end = 0;
    while (data.get(end) != 0) {
      end++;
    }
    if (data.get(end + 1) != 0) {
      throw new IOException("its colour profile is packed in an unknown way");
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(data.slice(end + 2, data.limit() - end - 2));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] part = new byte[1 << 13];
      while (!inflater.finished()) {
        int count = inflater.inflate(part);
        out.write(part, 0, count);
        if ((count == 0 && !inflater.finished()) || out.size() > MOST_PROFILE_BYTES) {
          throw new IOException(
              "its colour profile is damaged, or has more than %d bytes"
                  .formatted(MOST_PROFILE_BYTES));
        }
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      throw new IOException("its colour profile is damaged: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }
}
