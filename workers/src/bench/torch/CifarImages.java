import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * CIFAR-10 in its binary layout (Krizhevsky: Learning Multiple Layers of Features from Tiny Images,
 * 2009), as floats of [height, width, channels], normalized by mean and deviation of each channel
 * of the training images.
 */
final class CifarImages {
  /** Of one image. */
  static final int VALUES = 32 * 32 * 3;

  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int RECORDS = 10_000;
  private static final int SHIFT = 4;

  /**
   * Images for evaluation.
   *
   * @param values [images, height, width, channels]
   */
  record Split(float[] values, int[] labels) {}

  private final Split train;
  private final Split validation;
  private final Split test;
  private int[] order = {};
  private int orderedEpoch = -1;

  private CifarImages(Split train, Split validation, Split test) {
    this.train = train;
    this.validation = validation;
    this.test = test;
  }

  /**
   * @param folder holds data_batch_1.bin and test_batch.bin
   * @param trained images, the first ones of the first file
   * @param validated images, those after them
   */
  static CifarImages read(Path folder, int trained, int validated) throws IOException {
    if (trained + validated > RECORDS) {
      throw new IllegalArgumentException(
          "train + validation: must be at most %d, found %d"
              .formatted(RECORDS, trained + validated));
    }
    byte[] first = Files.readAllBytes(folder.resolve("data_batch_1.bin"));
    Split train = split(first, 0, trained);
    Split validation = split(first, trained, validated);
    Split test = split(Files.readAllBytes(folder.resolve("test_batch.bin")), 0, RECORDS);
    float[] means = new float[3];
    float[] deviations = new float[3];
    for (int c = 0; c < 3; c++) {
      double sum = 0;
      double squares = 0;
      for (int i = c; i < train.values().length; i += 3) {
        sum += train.values()[i];
        squares += (double) train.values()[i] * train.values()[i];
      }
      double count = train.values().length / 3.0;
      means[c] = (float) (sum / count);
      deviations[c] = (float) Math.sqrt(squares / count - sum / count * (sum / count));
    }
    for (Split split : new Split[] {train, validation, test}) {
      for (int i = 0; i < split.values().length; i++) {
        split.values()[i] = (split.values()[i] - means[i % 3]) / deviations[i % 3];
      }
    }
    return new CifarImages(train, validation, test);
  }

  private static Split split(byte[] records, int from, int count) {
    float[] values = new float[count * VALUES];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      int record = (from + i) * (1 + VALUES);
      labels[i] = records[record];
      for (int pixel = 0; pixel < PLANE; pixel++) {
        for (int c = 0; c < 3; c++) {
          values[i * VALUES + pixel * 3 + c] = records[record + 1 + c * PLANE + pixel] & 0xff;
        }
      }
    }
    return new Split(values, labels);
  }

  int train() {
    return train.labels().length;
  }

  Split validation() {
    return validation;
  }

  Split test() {
    return test;
  }

  /** Writes a batch of shuffled images, half of them mirrored, moved by up to 4 pixels each way. */
  void fill(int epoch, int batch, float[] values, long[] labels) {
    if (epoch != orderedEpoch) {
      shuffle(epoch);
    }
    SplittableRandom random = new SplittableRandom(epoch * 1_000_003L + batch);
    for (int i = 0; i < labels.length; i++) {
      int image = order[batch * labels.length + i];
      labels[i] = train.labels()[image];
      boolean flip = random.nextBoolean();
      int down = random.nextInt(-SHIFT, SHIFT + 1);
      int right = random.nextInt(-SHIFT, SHIFT + 1);
      augment(image * VALUES, values, i * VALUES, flip, down, right);
    }
  }

  private void augment(int from, float[] values, int to, boolean flip, int down, int right) {
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int sourceY = y + down;
        int sourceX = (flip ? SIDE - 1 - x : x) + right;
        boolean inside = sourceY >= 0 && sourceY < SIDE && sourceX >= 0 && sourceX < SIDE;
        int source = from + (sourceY * SIDE + sourceX) * 3;
        int target = to + (y * SIDE + x) * 3;
        for (int c = 0; c < 3; c++) {
          values[target + c] = inside ? train.values()[source + c] : 0;
        }
      }
    }
  }

  private void shuffle(int epoch) {
    order = new int[train()];
    SplittableRandom random = new SplittableRandom(epoch);
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    orderedEpoch = epoch;
  }
}
