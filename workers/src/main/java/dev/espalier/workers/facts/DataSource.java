package dev.espalier.workers.facts;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Which images, and how they are split. Read on every machine from its own data directory.
 *
 * @param name {@code cifar10}, {@code mnist}, {@code fashion-mnist}, {@code images} or {@code
 *     shapes}
 * @param path the folder of class folders for {@code images}; null: where {@code --data} says
 * @param train images to train on, 0 for all that validation leaves
 * @param validation images to choose by, taken away from the training set unless the data set has
 *     some for it
 * @param size images are squares of this many pixels a side, to which others are resized; 0: as the
 *     data set has them
 * @param channels 3: a grey image becomes one of three equal channels; 0: as the data set has them
 */
public record DataSource(
    String name, @Nullable String path, int train, int validation, int size, int channels)
    implements Serializable {
  /** One whose images keep their channels. */
  public DataSource(String name, @Nullable String path, int train, int validation, int size) {
    this(name, path, train, validation, size, 0);
  }

  public DataSource {
    if (train < 0) {
      throw new IllegalArgumentException("train must be at least 0 images, found " + train);
    }
    if (validation < 1) {
      throw new IllegalArgumentException(
          "validation must be at least 1 image, found " + validation);
    }
    if (size < 0) {
      throw new IllegalArgumentException("size must be at least 0 pixels, found " + size);
    }
    if (channels != 0 && channels != 3) {
      throw new IllegalArgumentException("channels must be 0 or 3, found " + channels);
    }
  }
}
