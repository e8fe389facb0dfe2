package dev.espalier.workers.inference;

import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Padding;
import dev.espalier.workers.model.Pool;
import dev.espalier.workers.onednn.ConvolutionForm;
import dev.espalier.workers.onednn.GuardedTraining;
import dev.espalier.workers.onednn.Guards;
import dev.espalier.workers.onednn.ImageFormat;
import dev.espalier.workers.onednn.Onednn;
import dev.espalier.workers.onednn.PoolForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Runs layers of many shapes under {@link Guards} and against oracles, in a process of its own: it
 * prints each shape before it runs, so that the last line names the one that ended the process, and
 * a line with {@value #WRONG} for each that did not hold.
 */
final class GuardedSweep {
  /** In the system property: every how many-th shape is run. */
  static final String EVERY = "every";

  static final String WRONG = "WRONG";

  private static final int[] OUTPUTS = {1, 7, 8, 9, 15, 16, 17, 32, 33, 40};
  private static final int INPUTS = 40;

  /** Of the oracle, in a pass; larger images are drawn only as far as it allows. */
  private static final int PRODUCTS = 250_000;

  private static final int[] BLOCKS = {ImageFormat.PLAIN, ImageFormat.NARROW, ImageFormat.WIDE};

  private static final Activation[] ACTIVATIONS = Activation.values();

  /** What is run, and its name. */
  private record Shape(String name, Runnable run) {}

  private final Random random;
  private final List<Shape> shapes = new ArrayList<>();

  private GuardedSweep(long seed) {
    random = new Random(seed);
  }

  public static void main(String[] arguments) {
    if (Guards.BYTES == 0) {
      throw new IllegalStateException("must run with -D" + Guards.PROPERTY);
    }
    int every = Integer.getInteger(EVERY, 1);
    GuardedSweep sweep = new GuardedSweep(20261125);
    sweep.corrupted();
    int always = sweep.shapes.size();
    sweep.convolutions();
    sweep.depthwise();
    sweep.winograd();
    sweep.others();
    int run = 0;
    for (int i = 0; i < sweep.shapes.size(); i++) {
      if (i < always || (i - always) % every == every / 2) {
        run(sweep.shapes.get(i));
        run++;
      }
    }
    System.out.println("ran " + run + " shapes under " + Onednn.instructionSet());
  }

  private static void run(Shape shape) {
    System.out.println(shape.name());
    try {
      shape.run().run();
    } catch (AssertionError | RuntimeException e) {
      System.out.println(WRONG + " " + shape.name() + ": " + e.getMessage());
    }
  }

  /** Those that were seen to write outside of their buffers with oneDNN 2.5.2 and AVX2. */
  private void corrupted() {
    for (int in = 1; in <= 8; in++) {
      for (int out : new int[] {8, 16, 26}) {
        for (int side : new int[] {8, 16, 32}) {
          ConvolutionForm form = form(false, in, out, 1, 2, false);
          ImageFormat from = ImageFormat.plain(2, in, side, side);
          add(
              "train " + form + " on " + from,
              r -> GuardedTraining.convolution(form, from, false, r));
        }
      }
    }
  }

  private void convolutions() {
    for (int in = 1; in <= INPUTS; in++) {
      for (int out : OUTPUTS) {
        for (int kernel : new int[] {1, 3, 5}) {
          for (int stride : new int[] {1, 2}) {
            training(false, in, out, kernel, stride);
            inference(false, in, out, kernel, stride);
          }
        }
      }
    }
  }

  private void depthwise() {
    for (int channels = 1; channels <= INPUTS; channels++) {
      for (int kernel : new int[] {1, 3, 5}) {
        for (int stride : new int[] {1, 2}) {
          training(true, channels, channels, kernel, stride);
          inference(true, channels, channels, kernel, stride);
        }
      }
    }
  }

  /** Large enough for Winograd's algorithm, where the machine has it. */
  private void winograd() {
    for (int in : new int[] {32, 48, 128}) {
      for (int out : new int[] {32, 48}) {
        for (int side : new int[] {8, 9, 11, 16}) {
          for (int block : BLOCKS) {
            ConvolutionForm form =
                new ConvolutionForm(false, in, out, 3, 1, 1, random.nextBoolean());
            int tiles = (side + 3) / 4 * ((side + 3) / 4);
            ImageFormat from = new ImageFormat(32 / tiles + 1, in, side, side, block);
            add(
                "train " + form + " on " + from,
                r -> GuardedTraining.convolution(form, from, true, r));
            ImageFormat plain = from.in(ImageFormat.PLAIN);
            boolean adds = random.nextBoolean();
            Activation activation = activation();
            ConvolutionForm biased = new ConvolutionForm(false, in, out, 3, 1, 1, true);
            add(
                "predict " + biased + " on " + plain + " adds " + adds + " " + activation,
                r -> GuardedInference.convolution(biased, plain, adds, activation, r));
          }
        }
      }
    }
  }

  private void training(boolean depthwise, int in, int out, int kernel, int stride) {
    ConvolutionForm form = form(depthwise, in, out, kernel, stride, random.nextBoolean());
    ImageFormat from = images(in, kernel, block(in), depthwise ? 1 : out);
    boolean blocks = random.nextBoolean();
    add(
        "train " + form + " on " + from + " blocks " + blocks,
        r -> GuardedTraining.convolution(form, from, blocks, r));
  }

  private void inference(boolean depthwise, int in, int out, int kernel, int stride) {
    ConvolutionForm form = form(depthwise, in, out, kernel, stride, true);
    ImageFormat from = images(in, kernel, block(in), depthwise ? 1 : out);
    boolean adds = random.nextBoolean();
    Activation activation = activation();
    add(
        "predict " + form + " on " + from + " adds " + adds + " " + activation,
        r -> GuardedInference.convolution(form, from, adds, activation, r));
  }

  /** Pooling, batch norm, sums, dense layers and softmax. */
  private void others() {
    for (int channels = 1; channels <= INPUTS; channels++) {
      for (int block : BLOCKS) {
        if (channels % block == 0) {
          ImageFormat images = images(channels, 3, block, 1);
          ImageFormat plain = images.in(ImageFormat.PLAIN);
          Activation activation = activation();
          boolean relu = random.nextBoolean();
          int out = OUTPUTS[random.nextInt(OUTPUTS.length)];
          String on = " on " + images;
          pools(images);
          for (Activation each : ACTIVATIONS) {
            add("train batch norm " + each + on, r -> GuardedTraining.batchNorm(each, images, r));
          }
          add("train sum" + on, r -> GuardedTraining.sum(relu, images, plain, r));
          add("predict sum" + on, r -> GuardedInference.sum(images, activation, r));
          add("dense to " + out + on, r -> GuardedInference.dense(plain, out, activation, r));
          add("softmax" + on, r -> GuardedInference.softmax(images.batch(), images.channels(), r));
        }
      }
    }
  }

  private void pools(ImageFormat images) {
    PoolForm tiles = new PoolForm(Pool.Function.MAX, 2, 2, 2, 2, Padding.NONE);
    PoolForm mean = PoolForm.mean(images.height(), images.width());
    for (PoolForm form : List.of(tiles, mean, pool(), pool(), pool())) {
      add("train " + form + " on " + images, r -> GuardedTraining.pool(form, images, r));
      add("predict " + form + " on " + images, r -> GuardedInference.pool(form, images, r));
    }
    Padding padding = padding(4);
    add("train pad " + padding + " on " + images, r -> GuardedTraining.pad(padding, images, r));
  }

  /** Of windows that fit on the smallest images. */
  private PoolForm pool() {
    int size = 1 + random.nextInt(3);
    int stride = 1 + random.nextInt(3);
    Padding padding = padding(size);
    if (size == 3) {
      padding = new Padding(1, padding.bottom(), padding.left(), 1);
    }
    Pool.Function function = random.nextBoolean() ? Pool.Function.MAX : Pool.Function.AVERAGE;
    return new PoolForm(function, size, size, stride, stride, padding);
  }

  private Padding padding(int bound) {
    return new Padding(
        random.nextInt(bound), random.nextInt(bound), random.nextInt(bound), random.nextInt(bound));
  }

  private void add(String name, Consumer<Random> run) {
    long seed = random.nextLong();
    shapes.add(new Shape(name, () -> run.accept(new Random(seed))));
  }

  private ConvolutionForm form(
      boolean depthwise, int in, int out, int kernel, int stride, boolean bias) {
    int padding = random.nextInt(4) == 0 ? 0 : kernel / 2;
    return new ConvolutionForm(depthwise, in, out, kernel, stride, padding, bias);
  }

  /** One of those that so many channels allow. */
  private int block(int channels) {
    int block = BLOCKS[random.nextInt(BLOCKS.length)];
    return channels % block == 0 ? block : ImageFormat.PLAIN;
  }

  private ImageFormat images(int channels, int kernel, int block, int products) {
    int least = Math.max(2, kernel);
    double pixels = (double) PRODUCTS / (channels * products * kernel * kernel);
    int range = (int) Math.max(3, Math.min(16, Math.sqrt(pixels) - least));
    return new ImageFormat(
        1 + random.nextInt(3),
        channels,
        least + random.nextInt(range),
        least + random.nextInt(range),
        block);
  }

  private Activation activation() {
    return ACTIVATIONS[random.nextInt(ACTIVATIONS.length)];
  }
}
