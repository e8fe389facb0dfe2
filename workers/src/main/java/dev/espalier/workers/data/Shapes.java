package dev.espalier.workers.data;

import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.random.Draw;
import java.util.List;

/**
 * A data set that needs no file: one of ten shapes in each image, of random place, size, turn and
 * colours, over a random gradient with scraps of other colours and noise. Colour and place say
 * nothing about the class.
 *
 * <p>Each image depends on its index alone, so a smaller set is the start of a larger one. Plain
 * double arithmetic and {@link StrictMath} give the same bytes on every machine.
 */
final class Shapes {
  private static final int DEFAULT_SIZE = 16;
  private static final int DEFAULT_TRAIN = 4_000;
  private static final int TEST = 1_000;
  private static final int LEAST_SIZE = 8;
  private static final int MOST_SIZE = 128;
  private static final int MOST_IMAGES = 100_000;
  private static final long SEED = 20_240_401;

  /** A pixel's share of the shape is counted on a grid of this many points a side. */
  private static final int GRID = 3;

  private static final int NOISE = 20;

  private static final List<Shape> CLASSES = List.of(Shape.values());

  private final int size;
  private final Draw draw;
  private final int[][] canvas;

  private Shapes(int size, Draw draw) {
    this.size = size;
    this.draw = draw;
    this.canvas = new int[size * size][3];
  }

  static Pool draw(DataSource source) throws DataException {
    int size = source.size() == 0 ? DEFAULT_SIZE : source.size();
    if (size < LEAST_SIZE || size > MOST_SIZE) {
      throw new DataException(
          "dataset.size: must be in [%d, %d] pixels for shapes, found %d"
              .formatted(LEAST_SIZE, MOST_SIZE, size));
    }
    int train = source.train() == 0 ? DEFAULT_TRAIN : source.train();
    long count = (long) train + source.validation();
    if (count > MOST_IMAGES) {
      throw new DataException(
          "dataset: shapes has at most %d images to train and validate, found train %d + validation %d"
              .formatted(MOST_IMAGES, train, source.validation()));
    }
    return new Pool(
        pixels((int) count, size, Draw.SHAPES_TRAIN),
        pixels(TEST, size, Draw.SHAPES_TEST),
        Shape.names(),
        true);
  }

  private static Pixels pixels(int count, int size, long purpose) {
    int stride = size * size * 3;
    byte[] values = new byte[Math.multiplyExact(count, stride)];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      Draw draw = Draw.of(SEED, purpose, i);
      labels[i] = i % CLASSES.size();
      new Shapes(size, draw).paint(CLASSES.get(labels[i]), values, i * stride);
    }
    return new Pixels(size, size, 3, values, labels);
  }

  private void paint(Shape shape, byte[] out, int at) {
    int[] ground = color();
    int[] ink = color();
    while (contrast(ground, ink) < 120) {
      ink = color();
    }
    paintGround(ground);
    int scraps = draw.between(1, 3);
    for (int i = 0; i < scraps; i++) {
      paintScrap();
    }
    paintShape(shape, ink);
    for (int p = 0; p < size * size; p++) {
      for (int c = 0; c < 3; c++) {
        int value = canvas[p][c] + draw.between(-NOISE, NOISE);
        out[at + 3 * p + c] = (byte) Math.max(0, Math.min(255, value));
      }
    }
  }

  private int[] color() {
    return new int[] {draw.below(256), draw.below(256), draw.below(256)};
  }

  /** Difference of the brightness that an eye sees, in [0, 255], plus half that of the hues. */
  private static int contrast(int[] a, int[] b) {
    int light = Math.abs(2 * (a[0] - b[0]) + 5 * (a[1] - b[1]) + (a[2] - b[2])) / 8;
    int hue = Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]);
    return light + hue / 4;
  }

  private void paintGround(int[] ground) {
    int across = draw.between(-30, 30);
    int down = draw.between(-30, 30);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int slope = (across * (2 * x - size) + down * (2 * y - size)) / (2 * size);
        for (int c = 0; c < 3; c++) {
          canvas[y * size + x][c] = ground[c] + slope;
        }
      }
    }
  }

  /** A small bar of any colour, lying or standing. */
  private void paintScrap() {
    int[] color = color();
    int length = draw.between(1, Math.max(1, size / 5));
    int thickness = draw.between(1, Math.max(1, size / 10));
    boolean lying = draw.coin();
    int left = draw.below(size);
    int top = draw.below(size);
    for (int y = top; y < Math.min(size, top + (lying ? thickness : length)); y++) {
      for (int x = left; x < Math.min(size, left + (lying ? length : thickness)); x++) {
        canvas[y * size + x] = color.clone();
      }
    }
  }

  private void paintShape(Shape shape, int[] ink) {
    double radius = size * draw.between(0.32, 0.45);
    double centreX = draw.between(radius, size - radius);
    double centreY = draw.between(radius, size - radius);
    double turn = draw.between(-shape.turn(), shape.turn());
    double cos = StrictMath.cos(turn) / radius;
    double sin = StrictMath.sin(turn) / radius;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int covered = 0;
        for (int g = 0; g < GRID * GRID; g++) {
          int column = g % GRID;
          int row = g / GRID;
          double dx = x + (column + 0.5) / GRID - centreX;
          double dy = y + (row + 0.5) / GRID - centreY;
          covered += shape.covers(dx * cos + dy * sin, dy * cos - dx * sin) ? 1 : 0;
        }
        blend(canvas[y * size + x], ink, covered);
      }
    }
  }

  private static void blend(int[] pixel, int[] ink, int covered) {
    int whole = GRID * GRID;
    for (int c = 0; c < 3; c++) {
      pixel[c] = (pixel[c] * (whole - covered) + ink[c] * covered) / whole;
    }
  }
}
