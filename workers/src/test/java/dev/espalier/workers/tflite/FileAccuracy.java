package dev.espalier.workers.tflite;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Dataset.Split;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.int8.IntegerNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The test accuracy of {@code .tflite} files in TensorFlow Lite's interpreter, with its builtin
 * kernels and as applications run it.
 *
 * <p>Version 2.8, that of the tests, gives no network of 8-bit integers to XNNPACK: both numbers
 * are those of the builtin kernels then. With bytedeco's tensorflow-lite 2.21.0-1.5.14, its natives
 * and JavaCPP 1.5.14 on the class path instead, the second is that of XNNPACK.
 *
 * <pre>{@code FileAccuracy DATASET DATA_DIR FILE...}</pre>
 */
final class FileAccuracy {
  private FileAccuracy() {}

  public static void main(String[] args) throws Exception {
    DataSource source = new DataSource(args[0], null, 0, 1000, 0);
    Dataset data = Datasets.load(source, Path.of(args[1]));
    for (String name : Arrays.asList(args).subList(2, args.length)) {
      byte[] file = Files.readAllBytes(Path.of(name));
      byte[][] delegated;
      try (TfliteRun run = TfliteRun.withDelegates(file)) {
        delegated = report(name, "default", run, data);
      }
      try (TfliteRun run = TfliteRun.withoutDelegates(file)) {
        byte[][] builtin = report(name, "builtin", run, data);
        System.out.printf("%s %s%n", name, difference(builtin, delegated, data));
      }
    }
  }

  private static byte[][] report(String name, String kernels, TfliteRun run, Dataset data) {
    byte[][] outputs = new byte[data.size(Split.TEST)][];
    int right = 0;
    long start = System.nanoTime();
    for (int i = 0; i < outputs.length; i++) {
      byte[] pixels = data.bytes(Split.TEST, i, 1);
      outputs[i] =
          run.takesUnsigned()
              ? signed(run.run(pixels), data)
              : run.run(IntegerNetwork.integers(pixels));
      right += predicted(outputs[i], data) == data.label(Split.TEST, i) ? 1 : 0;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%s %s kernels, %d operators: accuracy %.4f over %d images, %.0f images/s%n",
        name,
        kernels,
        run.operators(),
        (double) right / outputs.length,
        outputs.length,
        outputs.length / seconds);
    return outputs;
  }

  /** Probabilities of unsigned bytes less 128; floats as they are. */
  private static byte[] signed(byte[] output, Dataset data) {
    boolean integers = output.length == data.facts().classes();
    return integers ? IntegerNetwork.integers(output) : output;
  }

  /** The most probable class; a tie goes to the lower one. */
  private static int predicted(byte[] output, Dataset data) {
    boolean integers = output.length == data.facts().classes();
    float[] floats = integers ? new float[0] : TfliteRun.floats(output);
    int best = 0;
    for (int c = 1; c < data.facts().classes(); c++) {
      boolean greater = integers ? output[c] > output[best] : floats[c] > floats[best];
      best = greater ? c : best;
    }
    return best;
  }

  private static String difference(byte[][] some, byte[][] others, Dataset data) {
    int outputs = 0;
    int predictions = 0;
    for (int i = 0; i < some.length; i++) {
      outputs += Arrays.equals(some[i], others[i]) ? 0 : 1;
      predictions += predicted(some[i], data) == predicted(others[i], data) ? 0 : 1;
    }
    return "of %d images, %d have other outputs and %d another class"
        .formatted(some.length, outputs, predictions);
  }
}
