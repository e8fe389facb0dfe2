package dev.espalier.workers.data;

import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.random.Draw;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Small made-up data sets for tests. */
final class SmallData {
  private SmallData() {}

  static Pixels pixels(int count, int height, int width, int channels, int classes, long seed) {
    // Not the numbers of the JDK, which may change.
    Draw draw = Draw.of(seed);
    byte[] values = new byte[count * height * width * channels];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) draw.next();
    }
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = draw.below(classes);
    }
    return new Pixels(height, width, channels, values, labels);
  }

  static List<String> classes(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("class" + i);
    }
    return names;
  }

  /** 100 training and 20 test images of 4 x 6 pixels, 3 channels, 5 classes. */
  static Pool pool() {
    return new Pool(pixels(100, 4, 6, 3, 5, 1), pixels(20, 4, 6, 3, 5, 2), classes(5), false);
  }

  static DataSource source(int train, int validation) {
    return new DataSource("made-up", null, train, validation, 0);
  }

  static DataSource source(String name, int train, int validation) {
    return new DataSource(name, null, train, validation, 0);
  }

  static Recipe recipe(int batch, boolean flip, int shift) {
    return new Recipe(
        new Schedule.Constant(new BigDecimal("0.1"), 0),
        batch,
        new BigDecimal("0.9"),
        BigDecimal.ZERO,
        flip,
        shift);
  }

  /** An IDX file. */
  static byte[] idx(int magic, int[] sizes, byte[] values) {
    ByteBuffer file = ByteBuffer.allocate(4 + 4 * sizes.length + values.length).putInt(magic);
    for (int size : sizes) {
      file.putInt(size);
    }
    return file.put(values).array();
  }
}
