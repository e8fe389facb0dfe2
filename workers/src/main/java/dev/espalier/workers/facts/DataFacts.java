package dev.espalier.workers.facts;

import java.io.Serializable;

/**
 * What a data set turned out to be, once read.
 *
 * @param name as in {@link DataSource}
 * @param digest SHA-256 over the decoded pixels and labels of all splits: equal images are equal
 *     data, however they were packed
 * @param height of an image, in pixels
 * @param width of an image, in pixels
 * @param channels 1 or 3
 * @param classes how many labels there are
 * @param train images in the training split
 * @param validation images in the validation split
 * @param test images in the test split
 */
public record DataFacts(
    String name,
    String digest,
    int height,
    int width,
    int channels,
    int classes,
    int train,
    int validation,
    int test)
    implements Serializable {

  /** The same but for the number of labels. */
  public DataFacts withClasses(int other) {
    return new DataFacts(name, digest, height, width, channels, other, train, validation, test);
  }

  /** Values of an image: height * width * channels. */
  public int pixels() {
    return height * width * channels;
  }
}
