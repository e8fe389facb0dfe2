package dev.espalier.workers.facts;

import java.io.Serializable;
import java.math.BigDecimal;

/**
 * Which network: an architecture at a width.
 *
 * @param width multiplies the channels of every layer, in (0, 4]
 */
public record Model(Architecture architecture, BigDecimal width) implements Serializable {
  public Model {
    if (width.signum() <= 0 || width.compareTo(BigDecimal.valueOf(4)) > 0) {
      throw new IllegalArgumentException("a width must be in (0, 4], found " + width);
    }
    width = new BigDecimal(Schedule.plain(width));
  }

  /**
   * An architecture that comes with Espalier.
   *
   * @param known its name
   */
  public Model(String known, BigDecimal width) {
    this(new Architecture.Known(known), width);
  }

  /** The name of the architecture. */
  public String name() {
    return architecture.name();
  }
}
