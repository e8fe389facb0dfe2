package dev.espalier.workers.image;

/**
 * How samples become sRGB: a tone curve for each channel, then a matrix from the light of the
 * file's primaries to that of sRGB's. Colours outside of sRGB are cut off, channel by channel. Own
 * arithmetic, not the JDK's: its colour engine may round otherwise in the next version, and a data
 * set's id is the digest of its pixels.
 */
final class ColorConversion {
  /** Samples are sRGB already. */
  static final ColorConversion NONE =
      new ColorConversion(
          new ToneCurve[] {ToneCurve.SRGB, ToneCurve.SRGB, ToneCurve.SRGB},
          new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});

  /** From XYZ under D50, as profiles have it, to the light of sRGB's primaries. */
  static final double[][] FROM_XYZ =
      Matrix.inverse(
          new double[][] {
            {0.436065674, 0.385147095, 0.143066406},
            {0.222488403, 0.716873169, 0.060607910},
            {0.013916016, 0.097076416, 0.714096069}
          });

  /** Profiles that change no colour by more than this are sRGB, written down otherwise. */
  private static final int SAME = 2;

  private static final double[] HALFWAY = halfway();
  private static final int COARSE = 1 << 12;
  private static final int[] START = start();

  private final ToneCurve[] curves;
  private final double[][] matrix;
  private final double[][][] tables = new double[17][][];

  private ColorConversion(ToneCurve[] curves, double[][] matrix) {
    this.curves = curves;
    this.matrix = matrix;
  }

  /** Rounding apart, a profile's white is D50, and white stays white. */
  private static final double ROUNDING = 0.002;

  /**
   * A conversion; {@link #NONE} where it changes nothing that could be seen.
   *
   * @param curves of red, green and blue
   * @param toXyz from their light to XYZ under D50
   */
  static ColorConversion of(ToneCurve[] curves, double[][] toXyz) {
    double[][] matrix = Matrix.product(FROM_XYZ, toXyz);
    for (double[] row : matrix) {
      double white = row[0] + row[1] + row[2];
      for (int c = 0; c < 3 && Math.abs(white - 1) < ROUNDING; c++) {
        row[c] /= white;
      }
    }
    ColorConversion conversion = new ColorConversion(curves.clone(), matrix);
    return conversion.changesNothing() ? NONE : conversion;
  }

  private boolean changesNothing() {
    int[] rgb = new int[3];
    for (int red = 0; red < 256; red += 15) {
      for (int green = 0; green < 256; green += 15) {
        for (int blue = 0; blue < 256; blue += 15) {
          rgb[0] = red;
          rgb[1] = green;
          rgb[2] = blue;
          apply(rgb, 8);
          if (Math.abs(rgb[0] - red) > SAME
              || Math.abs(rgb[1] - green) > SAME
              || Math.abs(rgb[2] - blue) > SAME) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** Puts sRGB of 8 bits in place of samples of {@code bits} bits, 1 to 16. */
  void apply(int[] rgb, int bits) {
    double[][] light = table(bits);
    double red = light[0][rgb[0]];
    double green = light[1][rgb[1]];
    double blue = light[2][rgb[2]];
    for (int c = 0; c < 3; c++) {
      rgb[c] = encode(matrix[c][0] * red + matrix[c][1] * green + matrix[c][2] * blue);
    }
  }

  /** The sRGB of a grey sample of {@code bits} bits, 1 to 16. */
  int grey(int sample, int bits) {
    return encode(table(bits)[1][sample]);
  }

  private double[][] table(int bits) {
    double[][] table = tables[bits];
    if (table == null) {
      int greatest = (1 << bits) - 1;
      table = new double[3][greatest + 1];
      for (int c = 0; c < 3; c++) {
        for (int sample = 0; sample <= greatest; sample++) {
          table[c][sample] = curves[c].light((double) sample / greatest);
        }
      }
      tables[bits] = table;
    }
    return table;
  }

  /** The nearest of the 256 values, cut off at black and white. */
  private static int encode(double light) {
    if (!(light > 0)) {
      return 0;
    }
    int value = START[(int) (Math.min(light, 1) * COARSE)];
    while (value < 255 && light >= HALFWAY[value]) {
      value++;
    }
    return value;
  }

  /** The light halfway between a value and the next, on the curve. */
  private static double[] halfway() {
    double[] light = new double[255];
    for (int value = 0; value < 255; value++) {
      light[value] = ToneCurve.SRGB.light((value + 0.5) / 255);
    }
    return light;
  }

  /** For each light in steps of 1 / COARSE the value below which none is the nearest. */
  private static int[] start() {
    int[] start = new int[COARSE + 1];
    int value = 0;
    for (int i = 0; i <= COARSE; i++) {
      while (value < 255 && (double) i / COARSE >= HALFWAY[value]) {
        value++;
      }
      start[i] = value;
    }
    return start;
  }
}
