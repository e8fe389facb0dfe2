package dev.espalier.workers.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JPEG file (ITU-T T.81), its segments up to the first scan. What is handed on says in one
 * segment, and as libjpeg would take it, whether the samples are YCbCr or RGB: the JDK's reader
 * guesses otherwise where a file does not say. A profile of RGB is handed on, too, since that
 * reader converts by it, and always has; it passes over one of grey.
 */
final class Jpeg {
  private static final int START = 0xD8;
  private static final int END = 0xD9;
  private static final int SCAN = 0xDA;
  private static final int HUFFMAN = 0xC4;
  private static final int RESTARTS = 0xDD;
  private static final int QUANTIZATION = 0xDB;

  private static final String PROFILE = "ICC_PROFILE\0";
  private static final String EXIF = "Exif\0\0";

  private static final byte[] YCBCR = segment(0xE0, "JFIF\0\1\1\0\0\1\0\1\0\0");
  private static final byte[] RGB = segment(0xEE, "Adobe\0\144\0\0\0\0\0");

  private final byte[] content;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final Map<Integer, byte[]> profile = new TreeMap<>();
  private final ByteArrayOutputStream profileSegments = new ByteArrayOutputStream();
  private int profileParts;
  private boolean jfif;
  private int adobe = -1;
  private int frame = -1;
  private Orientation orientation = Orientation.TOP_LEFT;

  private Jpeg(byte[] content) {
    this.content = content;
  }

  static boolean is(byte[] content) {
    return content.length > 3 && number(content, 0) == (0xFF00 | START) && content[2] == -1;
  }

  /**
   * Reads a file, except for its pixels.
   *
   * @throws IOException if it is damaged, or its colours cannot be converted
   */
  static Container read(byte[] content) throws IOException {
    return new Jpeg(content).read();
  }

  private Container read() throws IOException {
    readSegments();
    boolean colored = components() == 3;
    byte[] whole = profile();
    if (whole != null && colored) {
      IccProfile.requireRgb(whole);
    }
    return new Container(
        "jpeg",
        number(content, frame + 3),
        number(content, frame + 1),
        ByteBuffer.wrap(pixels(colored)),
        whole == null || colored
            ? ColorConversion.NONE
            : IccProfile.conversion(whole, /* colored= */ false),
        orientation);
  }

  private void readSegments() throws IOException {
    int at = 2;
    int marker = 0;
    while (marker != SCAN) {
      while (at + 4 <= content.length && content[at] == -1 && content[at + 1] == -1) {
        at++;
      }
      if (at + 4 > content.length || content[at] != -1) {
        throw new IOException("it is damaged: no segment begins at byte " + at);
      }
      marker = content[at + 1] & 0xFF;
      int length = number(content, at + 2);
      if (length < 2 || at + 2 + length > content.length || marker == END) {
        throw new IOException("it is damaged: it ends in the middle");
      }
      if (marker == SCAN) {
        kept.write(content, at, content.length - at);
      } else {
        take(marker, at + 4, length - 2);
        at += 2 + length;
      }
    }
  }

  private void take(int marker, int at, int length) throws IOException {
    if (marker == HUFFMAN || marker == RESTARTS || marker == QUANTIZATION) {
      keep(at, length);
    } else if (marker >= 0xC0 && marker <= 0xCF) {
      if (marker > 0xC2) {
        throw new IOException(
            "it must be baseline or progressive, found the coding process " + (marker - 0xC0));
      }
      if (frame >= 0 || length < 6) {
        throw new IOException("it is damaged: it must have one frame header");
      }
      frame = at;
      keep(at, length);
    } else if (marker == 0xE0 && startsWith("JFIF\0", at, length)) {
      jfif = true;
    } else if (marker == 0xE1 && startsWith(EXIF, at, length)) {
      orientation = Orientation.ofExif(bytes(at + EXIF.length(), length - EXIF.length()));
    } else if (marker == 0xE2 && startsWith(PROFILE, at, length - 2)) {
      int start = at + PROFILE.length();
      profileParts = content[start + 1] & 0xFF;
      profile.put(content[start] & 0xFF, bytes(start + 2, length - PROFILE.length() - 2));
      profileSegments.write(content, at - 4, length + 4);
    } else if (marker == 0xEE && startsWith("Adobe", at, length) && length >= 12) {
      adobe = content[at + 11] & 0xFF;
    }
  }

  private void keep(int at, int length) {
    kept.write(content, at - 4, length + 4);
  }

  private int components() throws IOException {
    if (frame < 0) {
      throw new IOException("it is damaged: a scan comes before the frame header");
    }
    int components = content[frame + 5] & 0xFF;
    if (components == 4) {
      throw new IOException(
          "its colours must be grey or RGB, found the four inks of print (CMYK); convert it to sRGB, for example with `magick FILE -colorspace sRGB NEW`");
    }
    if (components != 1 && components != 3) {
      throw new IOException("its colours must be grey or RGB, found " + components + " channels");
    }
    if (content[frame] != 8) {
      throw new IOException("its samples must have 8 bits, found " + content[frame]);
    }
    return components;
  }

  /** The pixels, with the one segment that says what the samples are. */
  private byte[] pixels(boolean colored) {
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    pixels.write(0xFF);
    pixels.write(START);
    pixels.writeBytes(colored && !isYcbcr() ? RGB : YCBCR);
    if (colored) {
      pixels.writeBytes(profileSegments.toByteArray());
    }
    pixels.writeBytes(kept.toByteArray());
    return pixels.toByteArray();
  }

  /** As libjpeg decides: by JFIF, by Adobe's segment, else by the names of the components. */
  private boolean isYcbcr() {
    if (jfif) {
      return true;
    }
    if (adobe >= 0) {
      return adobe != 0;
    }
    return !(frame + 12 < content.length
        && content[frame + 6] == 'R'
        && content[frame + 9] == 'G'
        && content[frame + 12] == 'B');
  }

  private byte @Nullable [] profile() throws IOException {
    if (profile.isEmpty()) {
      return null;
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (int part = 1; part <= profileParts; part++) {
      byte[] found = profile.get(part);
      if (found == null) {
        throw new IOException(
            "its colour profile is damaged: part %d of %d is missing"
                .formatted(part, profileParts));
      }
      whole.writeBytes(found);
    }
    return whole.toByteArray();
  }

  private boolean startsWith(String text, int at, int length) {
    if (length < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (content[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private byte[] bytes(int at, int length) {
    byte[] bytes = new byte[length];
    System.arraycopy(content, at, bytes, 0, length);
    return bytes;
  }

  private static int number(byte[] bytes, int at) {
    return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
  }

  private static byte[] segment(int marker, String text) {
    byte[] data = text.getBytes(StandardCharsets.ISO_8859_1);
    byte[] segment = new byte[4 + data.length];
    segment[0] = (byte) 0xFF;
    segment[1] = (byte) marker;
    segment[3] = (byte) (2 + data.length);
    System.arraycopy(data, 0, segment, 4, data.length);
    return segment;
  }
}
