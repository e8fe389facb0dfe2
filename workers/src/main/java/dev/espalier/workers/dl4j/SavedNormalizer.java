package dev.espalier.workers.dl4j;

import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.Normalization.Channel;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The {@code normalizer.bin} that {@code ModelSerializer} adds to a network, read by its bytes:
 * Deeplearning4j's own reader instantiates whatever class a {@code CUSTOM} one names.
 */
final class SavedNormalizer {
  static final String ENTRY = "normalizer.bin";

  private static final String HEADER = "NORMALIZER";
  private static final int VERSION = 1;
  private static final String ELSE = "; baseline.input says what else is to be used";

  private SavedNormalizer() {}

  /**
   * What it does to pixels in [0, 255], which Deeplearning4j's readers give.
   *
   * @throws IllegalArgumentException if it does something else than scale each channel
   */
  static Normalization read(ModelArchive archive, int channels) {
    try (DataInputStream in = archive.stream(ENTRY)) {
      if (!in.readUTF().equals(HEADER) || in.readInt() != VERSION) {
        throw archive.refused(ENTRY, "must be a normalizer, version 1", "something else");
      }
      String type = in.readUTF();
      return switch (type) {
        case "STANDARDIZE" -> standardize(archive, in, channels);
        case "MIN_MAX" -> minMax(archive, in, channels);
        case "IMAGE_MIN_MAX" -> imageMinMax(archive, in, channels);
        default ->
            throw archive.refused(
                ENTRY, "must be STANDARDIZE, MIN_MAX or IMAGE_MIN_MAX", type + ELSE);
      };
    } catch (IOException e) {
      throw archive.damaged(ENTRY, e);
    }
  }

  private static Normalization standardize(ModelArchive archive, DataInputStream in, int channels)
      throws IOException {
    requireFeaturesOnly(archive, in);
    double[] mean = values(archive, in, channels);
    double[] deviation = values(archive, in, channels);
    requirePixels(archive, mean, mean, deviation);
    return normalization(archive, mean, deviation);
  }

  private static Normalization minMax(ModelArchive archive, DataInputStream in, int channels)
      throws IOException {
    requireFeaturesOnly(archive, in);
    double targetMin = in.readDouble();
    double targetMax = in.readDouble();
    double[] min = values(archive, in, channels);
    double[] max = values(archive, in, channels);
    double[] zero = new double[channels];
    double[] one = new double[channels];
    for (int c = 0; c < channels; c++) {
      one[c] = (max[c] - min[c]) / (targetMax - targetMin);
      zero[c] = min[c] - targetMin * one[c];
    }
    requirePixels(archive, max, zero, one);
    return normalization(archive, zero, one);
  }

  private static Normalization imageMinMax(ModelArchive archive, DataInputStream in, int channels)
      throws IOException {
    double min = in.readDouble();
    double max = in.readDouble();
    double[] one = new double[channels];
    Arrays.fill(one, in.readDouble() / (max - min));
    double[] zero = Arrays.stream(one).map(value -> -min * value).toArray();
    return normalization(archive, zero, one);
  }

  private static void requireFeaturesOnly(ModelArchive archive, DataInputStream in)
      throws IOException {
    if (in.readBoolean()) {
      throw archive.refused(
          ENTRY, "must be fitted on features alone", "one that changes labels too" + ELSE);
    }
  }

  private static double[] values(ModelArchive archive, DataInputStream in, int channels)
      throws IOException {
    SavedArray saved = SavedArray.open(in);
    if (saved.length() != channels) {
      throw archive.refused(
          ENTRY,
          "must have a value for each of the " + channels + " channels of the data",
          saved.length() + ELSE);
    }
    return saved.values(channels);
  }

  /** Some iterators give values in [0, 1], and a normalizer does not say what it was fitted on. */
  private static void requirePixels(
      ModelArchive archive, double[] typical, double[] zero, double[] one) {
    if (Arrays.stream(typical).allMatch(value -> value <= 1)) {
      throw archive.refused(
          ENTRY,
          "must be fitted on pixels in [0, 255]",
          "%s as its largest value; if it was fitted on pixels divided by 255, say baseline.input: {mean: [%s], deviation: [%s]}"
              .formatted(Arrays.stream(typical).max().orElse(0), list(zero), list(one)));
    }
  }

  private static String list(double[] values) {
    return Arrays.stream(values)
        .mapToObj(value -> Float.toString((float) value))
        .collect(Collectors.joining(", "));
  }

  /**
   * @param zero pixels that become 0
   * @param one how far above them those are that become 1
   */
  private static Normalization normalization(ModelArchive archive, double[] zero, double[] one) {
    List<Channel> channels = new ArrayList<>();
    try {
      for (int c = 0; c < zero.length; c++) {
        channels.add(new Channel(zero[c] / 255, one[c] / 255));
      }
    } catch (IllegalArgumentException e) {
      throw archive.refused(ENTRY, "must scale each channel", e.getMessage() + ELSE);
    }
    return new Normalization(channels);
  }
}
