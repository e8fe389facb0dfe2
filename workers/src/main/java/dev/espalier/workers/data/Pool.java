package dev.espalier.workers.data;

import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A data set as it was read, before validation images are taken out of the training images.
 *
 * @param validation images that the data set has for validation; null where they are taken out of
 *     the training images
 * @param random whether the training images are in random order already, so that any part of them
 *     is a fair one
 */
record Pool(
    Pixels train,
    @Nullable Pixels validation,
    Pixels test,
    List<String> classNames,
    boolean random) {
  Pool {
    classNames = List.copyOf(classNames);
    if (!train.hasShapeOf(test) || (validation != null && !train.hasShapeOf(validation))) {
      throw new IllegalArgumentException("the images of the splits differ in shape");
    }
  }

  /** Without validation images of its own. */
  Pool(Pixels train, Pixels test, List<String> classNames, boolean random) {
    this(train, null, test, classNames, random);
  }

  /** What validation images are taken from. */
  Pixels validated() {
    return validation == null ? train : validation;
  }

  void digestInto(MessageDigest digest) {
    train.digestInto(digest);
    test.digestInto(digest);
    if (validation != null) {
      validation.digestInto(digest);
    }
  }
}
