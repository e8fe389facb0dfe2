package dev.espalier.workers.image;

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
}
