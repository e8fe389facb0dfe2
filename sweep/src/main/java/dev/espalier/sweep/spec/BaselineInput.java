package dev.espalier.sweep.spec;

import java.math.BigDecimal;
import java.util.List;

/** How the images of the user's own network are normalized. */
public sealed interface BaselineInput {

  /** As its file says; where that says nothing, as {@link OfData}. */
  record OfFile() implements BaselineInput {}

  /**
   * By the mean and deviation of the training images, as those of networks that are trained here.
   */
  record OfData() implements BaselineInput {}

  /**
   * By these numbers, white being 1: one for all channels, or one for each.
   *
   * @param deviation each greater than 0
   */
  record Given(List<BigDecimal> mean, List<BigDecimal> deviation) implements BaselineInput {
    public Given {
      mean = List.copyOf(mean);
      deviation = List.copyOf(deviation);
    }
  }
}
