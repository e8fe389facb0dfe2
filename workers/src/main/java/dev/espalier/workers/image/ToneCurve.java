package dev.espalier.workers.image;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How the samples of one channel become light: from [0, 1] to [0, 1], both 1 for white. */
interface ToneCurve {
  /** The light of a sample. */
  double light(double sample);

  /** The curve of sRGB (IEC 61966-2-1). */
  ToneCurve SRGB =
      sample -> sample <= 0.04045 ? sample / 12.92 : StrictMath.pow((sample + 0.055) / 1.055, 2.4);

  /** A power. */
  static ToneCurve power(double gamma) {
    return sample -> StrictMath.pow(sample, gamma);
  }

  /**
   * A tag of type {@code curv} or {@code para} of an ICC profile (ICC.1:2022, 10.6 and 10.18).
   *
   * @throws IOException if it is none
   */
  static ToneCurve ofIcc(ByteBuffer tag) throws IOException {
    int type = tag.getInt(0);
    if (type == IccProfile.signature("curv")) {
      return sampled(tag);
    }
    if (type == IccProfile.signature("para")) {
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
      return power((tag.getShort(12) & 0xFFFF) / 256.0);
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
}
