package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.onnx.reader.Value.Floats;
import java.util.List;

/** Constants that are one number for each channel of a value. */
final class Broadcast {
  private Broadcast() {}

  /**
   * The numbers of a constant, by channel.
   *
   * @param dims of the value that it is combined with
   * @param axis of the channels among them
   * @throws RefusalException if it is more than a number for each channel
   */
  static double[] channels(Floats constant, List<Long> dims, int axis, int channels)
      throws RefusalException {
    List<Long> own = constant.dims();
    int missing = dims.size() - own.size();
    boolean single = constant.values().length == 1;
    for (int i = 0; i < own.size(); i++) {
      boolean fits = missing >= 0 && own.get(i) == (missing + i == axis ? channels : 1);
      if (!fits && !(single && missing >= 0)) {
        throw new RefusalException(
            "a constant must be one number, or one for each of the %d channels".formatted(channels),
            "the shape " + own);
      }
    }
    if (constant.values().length != channels && !single) {
      throw new RefusalException(
          "a constant must have %d values".formatted(channels), constant.values().length);
    }
    double[] numbers = new double[channels];
    for (int c = 0; c < channels; c++) {
      numbers[c] = constant.values()[single ? 0 : c];
    }
    return numbers;
  }
}
