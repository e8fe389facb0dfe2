package dev.espalier.workers.facts;

import java.io.Serializable;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * How the pixels of an image become what a network reads: (pixel / 255 - mean) / deviation, for
 * each channel.
 *
 * @param channels one or three, colours as red, green, blue
 */
public record Normalization(List<Channel> channels) implements Serializable {
  /**
   * One channel.
   *
   * @param mean white being 1; what becomes 0
   * @param deviation white being 1, greater than 0; what becomes 1, above the mean
   */
  public record Channel(double mean, double deviation) implements Serializable {
    public Channel {
      if (!Double.isFinite(mean)) {
        throw new IllegalArgumentException("the mean of a channel must be finite, found " + mean);
      }
      if (!(deviation > 0) || Double.isInfinite(deviation)) {
        throw new IllegalArgumentException(
            "the deviation of a channel must be finite and greater than 0, found " + deviation);
      }
    }

    /** What the network reads, by the value of a pixel in [0, 255]. */
    public float[] table() {
      float[] table = new float[256];
      for (int value = 0; value < table.length; value++) {
        table[value] = (float) ((value / 255.0 - mean) / deviation);
      }
      return table;
    }
  }

  public Normalization {
    channels = List.copyOf(channels);
  }

  /** All of it, exactly, the same on every machine. */
  public String canonical() {
    return channels.stream()
        .map(c -> Double.toHexString(c.mean()) + " " + Double.toHexString(c.deviation()))
        .collect(Collectors.joining(", "));
  }

  /** In words: {@code mean 0.49, 0.48, 0.45 and deviation 0.2, 0.2, 0.2}. */
  @Override
  public String toString() {
    return "mean " + list(Channel::mean) + " and deviation " + list(Channel::deviation);
  }

  private String list(ToDoubleFunction<Channel> number) {
    return channels.stream()
        .map(channel -> Float.toString((float) number.applyAsDouble(channel)))
        .collect(Collectors.joining(", "));
  }
}
