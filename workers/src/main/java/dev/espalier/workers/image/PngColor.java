package dev.espalier.workers.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What the chunks of a PNG file say about its colours. */
final class PngColor {
  /** gAMA is the exponent of the encoder, in units of 1 / 100,000. */
  private static final double UNIT = 100_000;

  private static final double SRGB_GAMMA = 1 / 2.2;

  /** Two exponents this near are one, as for libpng (PNG_GAMMA_THRESHOLD). */
  private static final double SAME = 0.05;

  private static final double[] SRGB_PRIMARIES = {
    0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06
  };

  /** XYZ to the responses of the eye's cones (Bradford), in which white is adapted. */
  private static final double[][] BRADFORD = {
    {0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}
  };

  private static final double[] D50 = {0.9642, 1, 0.8249};

  private byte @Nullable [] profile;
  private boolean srgb;
  private boolean otherCodePoints;
  private double gamma;
  private double @Nullable [] primaries;

  void profile(byte[] icc) {
    profile = icc;
  }

  void srgb() {
    srgb = true;
  }

  /** ITU-T H.273: primaries 1, transfer 13, matrix 0 and full range are sRGB. */
  void codePoints(ByteBuffer data) {
    srgb = data.getInt(0) == 0x01_0D_00_01;
    otherCodePoints = !srgb;
  }

  void gamma(int value) throws IOException {
    if (value <= 0) {
      throw new IOException("it is damaged: its gamma must be more than 0, found " + value);
    }
    gamma = value / UNIT;
  }

  /** White, red, green and blue, each x and y. */
  void primaries(ByteBuffer data) {
    double[] xy = new double[8];
    for (int i = 0; i < xy.length; i++) {
      xy[i] = data.getInt(4 * i) / UNIT;
    }
    primaries = xy;
  }

  /**
   * @param colored whether the samples are more than grey
   */
  ColorConversion conversion(boolean colored) throws IOException {
    if (otherCodePoints) {
      throw new IOException("its colours must be sRGB, or have an ICC profile; found cICP");
    }
    if (profile != null) {
      return IccProfile.conversion(profile, colored);
    }
    boolean usual = gamma == 0 || Math.abs(gamma / SRGB_GAMMA - 1) <= SAME;
    if (srgb || (usual && primaries == null)) {
      return ColorConversion.NONE;
    }
    double[][] toXyz = toXyz(primaries == null ? SRGB_PRIMARIES : primaries);
    ToneCurve curve = ToneCurve.SRGB;
    if (!usual || ColorConversion.of(curves(curve), toXyz) != ColorConversion.NONE) {
      curve = gamma == 0 ? ToneCurve.SRGB : ToneCurve.power(1 / gamma);
    }
    return ColorConversion.of(curves(curve), toXyz);
  }

  private static ToneCurve[] curves(ToneCurve curve) {
    return new ToneCurve[] {curve, curve, curve};
  }

  private static double[][] toXyz(double[] xy) throws IOException {
    double[][] columns = new double[3][3];
    for (int c = 0; c < 3; c++) {
      double[] xyz = xyz(xy[2 + 2 * c], xy[3 + 2 * c]);
      for (int i = 0; i < 3; i++) {
        columns[i][c] = xyz[i];
      }
    }
    double[] white = xyz(xy[0], xy[1]);
    double[] amounts = Matrix.product(Matrix.inverse(columns), white);
    double[] from = Matrix.product(BRADFORD, white);
    double[] to = Matrix.product(BRADFORD, D50);
    double[][] adapted =
        Matrix.product(
            Matrix.product(
                Matrix.inverse(BRADFORD),
                Matrix.diagonal(to[0] / from[0], to[1] / from[1], to[2] / from[2])),
            BRADFORD);
    double[][] toXyz = Matrix.product(adapted, Matrix.product(columns, Matrix.diagonal(amounts)));
    for (double[] row : toXyz) {
      for (double value : row) {
        if (!Double.isFinite(value)) {
          throw new IOException("it is damaged: its primaries span no colours");
        }
      }
    }
    return toXyz;
  }

  private static double[] xyz(double x, double y) {
    return new double[] {x / y, 1, (1 - x - y) / y};
  }
}
