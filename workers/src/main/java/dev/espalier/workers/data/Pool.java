package dev.espalier.workers.data;

import java.util.List;

/**
 * A data set as it was read, before validation images are taken out of the training images.
 *
 * @param random whether the training images are in random order already, so that any part of them
 *     is a fair one
 */
record Pool(Pixels train, Pixels test, List<String> classNames, boolean random) {
  Pool {
    classNames = List.copyOf(classNames);
    if (!train.hasShapeOf(test)) {
      throw new IllegalArgumentException("training and test images differ in shape");
    }
  }
}
