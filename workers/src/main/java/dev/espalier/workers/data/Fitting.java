package dev.espalier.workers.data;

import dev.espalier.workers.image.Resize;

/** Images as a network wants them, made of those that a data set has. */
final class Fitting {
  private Fitting() {}

  /**
   * The same images, as squares.
   *
   * @param size pixels a side, by {@link Resize}; 0: as they are
   * @param channels 3: a grey image three times; 0: as they are
   */
  static Pool of(Pool pool, int size, int channels) {
    Pixels validation = pool.validation();
    return new Pool(
        fit(pool.train(), size, channels),
        validation == null ? null : fit(validation, size, channels),
        fit(pool.test(), size, channels),
        pool.classNames(),
        pool.random());
  }

  private static Pixels fit(Pixels pixels, int size, int channels) {
    return colored(resized(pixels, size), channels);
  }

  private static Pixels resized(Pixels from, int size) {
    if (size == 0 || (from.height() == size && from.width() == size)) {
      return from;
    }
    byte[] values = new byte[Math.multiplyExact(from.count(), size * size * from.channels())];
    byte[] image = new byte[from.stride()];
    for (int i = 0; i < from.count(); i++) {
      System.arraycopy(from.values(), i * image.length, image, 0, image.length);
      byte[] square = Resize.toSquare(image, from.height(), from.width(), from.channels(), size);
      System.arraycopy(square, 0, values, i * square.length, square.length);
    }
    return new Pixels(size, size, from.channels(), values, from.labels());
  }

  private static Pixels colored(Pixels from, int channels) {
    if (channels == 0 || channels == from.channels()) {
      return from;
    }
    byte[] values = new byte[Math.multiplyExact(from.values().length, channels)];
    for (int i = 0; i < values.length; i++) {
      values[i] = from.values()[i / channels];
    }
    return new Pixels(from.height(), from.width(), channels, values, from.labels());
  }
}
