package dev.espalier.workers.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An ICC profile (ICC.1:2022) of the kind that cameras, screens and editors write: tone curves and
 * a matrix, or one tone curve for grey. Profiles of tables of colours are refused.
 */
final class IccProfile {
  private static final int HEADER = 128;
  private static final int MOST_TAGS = 1000;

  private final ByteBuffer bytes;

  private IccProfile(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  /**
   * How the samples of an image that carries {@code profile} become sRGB.
   *
   * @param colored whether the image is more than grey
   * @throws IOException if the profile is damaged, or of a kind that is refused
   */
  static ColorConversion conversion(byte[] profile, boolean colored) throws IOException {
    try {
      return new IccProfile(profile).conversion(colored);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("its colour profile is damaged: it ends too early", e);
    }
  }

  /**
   * Makes sure that a profile is for pixels of three colours.
   *
   * @throws IOException if it is not
   */
  static void requireRgb(byte[] profile) throws IOException {
    String space = profile.length < HEADER ? "nothing" : new IccProfile(profile).text(16);
    if (!space.equals("RGB ")) {
      throw new IOException(
          "its colour profile must be RGB as its pixels are, found " + space.strip());
    }
  }

  private ColorConversion conversion(boolean colored) throws IOException {
    String space = text(16);
    String connection = text(20);
    if (space.equals("GRAY")) {
      if (colored) {
        throw new IOException("its colour profile is for grey, and its pixels are not");
      }
      ToneCurve curve = curve(required("kTRC"));
      double[][] white = Matrix.inverse(ColorConversion.FROM_XYZ);
      return ColorConversion.of(new ToneCurve[] {curve, curve, curve}, white);
    }
    if (!space.equals("RGB ") || !connection.equals("XYZ ") || tag("A2B0") != null) {
      throw new IOException(
          "its colour profile must be RGB or grey, of tone curves and a matrix; found %s of %s"
              .formatted(space.strip(), tag("A2B0") == null ? connection.strip() : "tables"));
    }
    double[][] matrix = new double[3][3];
    ToneCurve[] curves = new ToneCurve[3];
    for (int c = 0; c < 3; c++) {
      String color = "rgb".substring(c, c + 1);
      curves[c] = curve(required(color + "TRC"));
      ByteBuffer xyz = required(color + "XYZ");
      for (int i = 0; i < 3; i++) {
        matrix[i][c] = xyz.getInt(8 + 4 * i) / 65536.0;
      }
    }
    return ColorConversion.of(curves, matrix);
  }

  private ByteBuffer required(String name) throws IOException {
    ByteBuffer tag = tag(name);
    if (tag == null) {
      throw new IOException("its colour profile is damaged: it has no " + name);
    }
    return tag;
  }

  private @Nullable ByteBuffer tag(String name) {
    int count = Math.min(bytes.getInt(HEADER), MOST_TAGS);
    for (int i = 0; i < count; i++) {
      int entry = HEADER + 4 + 12 * i;
      if (bytes.getInt(entry) == signature(name)) {
        int offset = bytes.getInt(entry + 4);
        int length = bytes.getInt(entry + 8);
        return bytes.slice(offset, length);
      }
    }
    return null;
  }

  private String text(int at) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      int letter = bytes.get(at + i);
      text.append(letter >= 32 && letter < 127 ? (char) letter : '?');
    }
    return text.toString();
  }

  /**
   * The curve of a tag of type {@code curv} or {@code para} (10.6 and 10.18).
   *
   * @throws IOException if it is none
   */
  private static ToneCurve curve(ByteBuffer tag) throws IOException {
    int type = tag.getInt(0);
    if (type == signature("curv")) {
      return sampled(tag);
    }
    if (type == signature("para")) {
      return parametric(tag);
    }
    throw new IOException("its colour profile has a tone curve of no known kind");
  }

  private static ToneCurve sampled(ByteBuffer tag) throws IOException {
    int count = tag.getInt(8);
    if (count < 0 || count > (tag.limit() - 12) / 2) {
      throw new IOException("its colour profile is damaged: a tone curve has " + count + " points");
    }
    if (count == 0) {
      return sample -> sample;
    }
    if (count == 1) {
      return ToneCurve.power((tag.getShort(12) & 0xFFFF) / 256.0);
    }
    double[] points = new double[count];
    for (int i = 0; i < count; i++) {
      points[i] = (tag.getShort(12 + 2 * i) & 0xFFFF) / 65535.0;
    }
    return sample -> {
      double place = sample * (count - 1);
      int below = Math.min((int) place, count - 2);
      return points[below] + (place - below) * (points[below + 1] - points[below]);
    };
  }

  private static ToneCurve parametric(ByteBuffer tag) throws IOException {
    int[] counts = {1, 3, 4, 5, 7};
    int kind = tag.getShort(8);
    if (kind < 0 || kind >= counts.length || 12 + 4 * counts[kind] > tag.limit()) {
      throw new IOException("its colour profile is damaged: a tone curve is of kind " + kind);
    }
    double[] p = new double[7];
    for (int i = 0; i < counts[kind]; i++) {
      p[i] = tag.getInt(12 + 4 * i) / 65536.0;
    }
    double gamma = p[0];
    double a = kind == 0 ? 1 : p[1];
    double b = p[2];
    // Below the start of the power the curve is c x + f; e is added to the power.
    double start = kind == 0 ? 0 : kind < 3 ? -b / a : p[4];
    double slope = kind < 3 ? 0 : p[3];
    double e = kind == 2 ? p[3] : kind == 4 ? p[5] : 0;
    double f = kind == 2 ? p[3] : kind == 4 ? p[6] : 0;
    return x -> x >= start ? StrictMath.pow(Math.max(0, a * x + b), gamma) + e : slope * x + f;
  }

  /** Four letters as a number, as profiles have them. */
  private static int signature(String letters) {
    int number = 0;
    for (int i = 0; i < 4; i++) {
      number = (number << 8) | letters.charAt(i);
    }
    return number;
  }
}
