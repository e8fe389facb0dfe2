package dev.espalier.workers.export;

import dev.espalier.workers.data.Dataset;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a channel of an image becomes what the network reads: (pixel / 255 - mean) / deviation.
 *
 * @param mean white being 1
 * @param deviation white being 1, greater than 0
 */
record Channel(float mean, float deviation) {
  Channel {
    if (!(deviation > 0)) {
      throw new IllegalArgumentException(
          "the deviation of a channel must be greater than 0, found " + deviation);
    }
  }

  /** Of the images that the network was trained on. */
  static List<Channel> of(Dataset data) {
    float[] mean = data.mean();
    float[] deviation = data.deviation();
    return IntStream.range(0, mean.length)
        .mapToObj(c -> new Channel(mean[c], deviation[c]))
        .toList();
  }
}
