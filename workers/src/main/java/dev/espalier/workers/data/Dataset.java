package dev.espalier.workers.data;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.random.Draw;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A data set, read and split. Immutable; pixels stay bytes and become floats when they are asked
 * for.
 *
 * <p>Validation images are taken from the training images in an order of fixed seed: the first
 * {@code validation} of it are for validation, the next {@code train} for training. So the
 * validation split depends on neither {@code train} nor the seed of a trial, and a smaller {@code
 * train} is a part of a larger one. Where the data set has images for validation, the first {@code
 * validation} of those are taken in such an order, and all training images are left.
 */
public final class Dataset {
  /** Which images: to train on, to choose by, to report on. */
  public enum Split {
    TRAIN,
    VALIDATION,
    TEST
  }

  private static final long SPLIT_SEED = 20_240_229;

  private final DataSource source;
  private final Pool pool;
  private final int[] trained;
  private final int[] validated;
  private final DataFacts facts;
  private final Normalization normalization;
  private final float[][] normalized;

  Dataset(DataSource source, Pool pool) throws DataException {
    Pixels all = pool.train();
    int train = trainSize(source, pool);
    this.source = source;
    this.pool = pool;
    int[] ordered = order(all.count(), pool.random());
    int first = pool.validation() == null ? source.validation() : 0;
    this.trained = Arrays.copyOfRange(ordered, first, first + train);
    this.validated =
        Arrays.copyOf(
            pool.validation() == null ? ordered : order(pool.validation().count(), pool.random()),
            source.validation());
    this.facts =
        new DataFacts(
            source.name(),
            digest(pool),
            all.height(),
            all.width(),
            all.channels(),
            pool.classNames().size(),
            train,
            source.validation(),
            pool.test().count());
    this.normalization = measured();
    this.normalized = tables(normalization);
  }

  private Dataset(Dataset images, Normalization normalization) {
    this.source = images.source;
    this.pool = images.pool;
    this.trained = images.trained;
    this.validated = images.validated;
    this.facts = images.facts;
    this.normalization = normalization;
    this.normalized = tables(normalization);
  }

  /** The same images, normalized in another way; in the same where {@code other} is null. */
  public Dataset normalizedBy(@Nullable Normalization other) {
    return other == null ? this : new Dataset(this, other);
  }

  public DataFacts facts() {
    return facts;
  }

  public DataSource source() {
    return source;
  }

  /** By label. */
  public List<String> classNames() {
    return pool.classNames();
  }

  /** How many images {@code split} has. */
  public int size(Split split) {
    return switch (split) {
      case TRAIN -> facts.train();
      case VALIDATION -> facts.validation();
      case TEST -> facts.test();
    };
  }

  /** The class of image {@code i} of {@code split}, in [0, classes). */
  public int label(Split split, int i) {
    return pixels(split).labels()[position(split, i)];
  }

  /**
   * How pixels are normalized: unless {@link #normalizedBy} said otherwise, by the mean and the
   * standard deviation of each channel over the training split, rounded to float; the deviation is
   * 1 for a channel that is the same everywhere.
   */
  public Normalization normalization() {
    return normalization;
  }

  /**
   * Writes images {@code from} to {@code from + count - 1} of {@code split} to the start of {@code
   * out}, as [count, height, width, channels], normalized: (pixel / 255 - mean) / deviation.
   */
  public void images(Split split, int from, int count, float[] out) {
    int stride = pool.train().stride();
    for (int i = 0; i < count; i++) {
      image(split, from + i, false, 0, 0, out, i * stride);
    }
  }

  /**
   * The pixels of images {@code from} to {@code from + count - 1} of {@code split}, as unsigned
   * bytes [count, height, width, channels].
   */
  public byte[] bytes(Split split, int from, int count) {
    int stride = pool.train().stride();
    byte[] bytes = new byte[count * stride];
    for (int i = 0; i < count; i++) {
      int at = position(split, from + i) * stride;
      System.arraycopy(pixels(split).values(), at, bytes, i * stride, stride);
    }
    return bytes;
  }

  /**
   * Writes one normalized image, mirrored left to right first if {@code flip}, then moved; what
   * moves in from outside is zero, which is the mean of the normalization.
   */
  void image(Split split, int i, boolean flip, int down, int right, float[] out, int at) {
    Pixels pixels = pixels(split);
    int height = pixels.height();
    int width = pixels.width();
    int channels = pixels.channels();
    int image = position(split, i) * pixels.stride();
    Arrays.fill(out, at, at + pixels.stride(), 0f);
    for (int y = Math.max(0, down); y < Math.min(height, height + down); y++) {
      for (int x = Math.max(0, right); x < Math.min(width, width + right); x++) {
        int column = flip ? width - 1 - (x - right) : x - right;
        int pixel = image + ((y - down) * width + column) * channels;
        int target = at + (y * width + x) * channels;
        for (int c = 0; c < channels; c++) {
          out[target + c] = normalized[c][pixels.values()[pixel + c] & 0xFF];
        }
      }
    }
  }

  private Pixels pixels(Split split) {
    return switch (split) {
      case TRAIN -> pool.train();
      case VALIDATION -> pool.validated();
      case TEST -> pool.test();
    };
  }

  private int position(Split split, int i) {
    int size = size(split);
    if (i < 0 || i >= size) {
      throw new IndexOutOfBoundsException(
          "image %d of the %s split, which has %d".formatted(i, split, size));
    }
    return switch (split) {
      case TRAIN -> trained[i];
      case VALIDATION -> validated[i];
      case TEST -> i;
    };
  }

  private static int trainSize(DataSource source, Pool pool) throws DataException {
    int available = pool.train().count();
    if (pool.validation() != null && source.validation() > pool.validation().count()) {
      throw new DataException(
          "dataset.validation: must be at most %d, the images in val, found %d"
              .formatted(pool.validation().count(), source.validation()));
    }
    int taken = pool.validation() == null ? source.validation() : 0;
    long left = (long) available - taken;
    if (left < 1) {
      throw new DataException(
          "dataset.validation: must leave images to train on, of %d there are; found %d"
              .formatted(available, taken));
    }
    if (source.train() > left) {
      throw new DataException(
          "dataset.train: must be at most %d, the %d training images of %s less %d for validation; found %d"
              .formatted(left, available, source.name(), taken, source.train()));
    }
    return source.train() == 0 ? (int) left : source.train();
  }

  private static int[] order(int count, boolean random) {
    if (!random) {
      return Draw.of(SPLIT_SEED, Draw.VALIDATION).permutation(count);
    }
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    return order;
  }

  /** The sums are integers, so neither their order nor the machine matters. */
  private Normalization measured() {
    Pixels pixels = pool.train();
    int channels = pixels.channels();
    long[] sum = new long[channels];
    long[] squares = new long[channels];
    for (int i = 0; i < facts.train(); i++) {
      int from = position(Split.TRAIN, i) * pixels.stride();
      for (int p = from; p < from + pixels.stride(); p += channels) {
        for (int c = 0; c < channels; c++) {
          int value = pixels.values()[p + c] & 0xFF;
          sum[c] += value;
          squares[c] += (long) value * value;
        }
      }
    }
    long count = (long) facts.train() * pixels.height() * pixels.width();
    List<Channel> measured = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      double scaled = scaledVariance(count, sum[c], squares[c]).doubleValue();
      float mean = (float) ((double) sum[c] / count / 255);
      float deviation = scaled == 0 ? 1f : (float) (Math.sqrt(scaled) / count / 255);
      measured.add(new Channel(mean, deviation));
    }
    return new Normalization(measured);
  }

  /** count^2 times the variance; it does not fit a long. */
  private static BigInteger scaledVariance(long count, long sum, long squares) {
    return BigInteger.valueOf(count)
        .multiply(BigInteger.valueOf(squares))
        .subtract(BigInteger.valueOf(sum).pow(2));
  }

  private static float[][] tables(Normalization normalization) {
    return normalization.channels().stream().map(Channel::table).toArray(float[][]::new);
  }

  private static String digest(Pool pool) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      int order = pool.random() ? 1 : 0;
      digest.update(ByteBuffer.allocate(8).putInt(pool.classNames().size()).putInt(order).array());
      pool.digestInto(digest);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
