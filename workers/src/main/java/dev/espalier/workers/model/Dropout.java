package dev.espalier.workers.model;

import java.util.List;

/**
 * Dropout (arXiv 1207.0580), inverted: in a step of training each value becomes 0 with probability
 * {@code rate} and is divided by {@code 1 - rate} otherwise; in predictions it is the identity.
 *
 * @param rate in (0, 1)
 */
public record Dropout(String name, String input, double rate) implements Layer.OneInput {
  public Dropout {
    if (!(rate > 0 && rate < 1)) {
      throw new IllegalArgumentException(name + ": must have a rate in (0, 1), found " + rate);
    }
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public String canonical() {
    return "dropout " + name + " < " + input + " rate " + rate;
  }
}
