package dev.espalier.workers.facts;

import java.io.Serializable;
import java.math.BigDecimal;

/**
 * Which network: one of our architectures at a width.
 *
 * @param architecture {@code resnet18}, {@code mobilenetv2} or {@code mnist-cnn}
 * @param width multiplies the channels of every layer, in (0, 4]
 */
public record Model(String architecture, BigDecimal width) implements Serializable {
  public Model {
    if (width.signum() <= 0 || width.compareTo(BigDecimal.valueOf(4)) > 0) {
      throw new IllegalArgumentException("a width must be in (0, 4], found " + width);
    }
    width = new BigDecimal(Schedule.plain(width));
  }
}
