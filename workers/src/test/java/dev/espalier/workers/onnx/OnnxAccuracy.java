package dev.espalier.workers.onnx;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Dataset.Split;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.model.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The test accuracy of exported ONNX files in ONNX Runtime, and in how many images the classes of a
 * file differ from those of the first.
 *
 * <pre>{@code OnnxAccuracy DATASET DATA_DIR FILE...}</pre>
 */
final class OnnxAccuracy {
  private static final int BATCH = 100;

  private OnnxAccuracy() {}

  public static void main(String[] args) throws Exception {
    Dataset data = Datasets.load(new DataSource(args[0], null, 0, 1000, 0), Path.of(args[1]));
    int[] first = new int[0];
    for (String name : Arrays.asList(args).subList(2, args.length)) {
      int[] classes = classes(Files.readAllBytes(Path.of(name)), data);
      first = first.length == 0 ? classes : first;
      int right = 0;
      int others = 0;
      for (int i = 0; i < classes.length; i++) {
        right += classes[i] == data.label(Split.TEST, i) ? 1 : 0;
        others += classes[i] == first[i] ? 0 : 1;
      }
      System.out.printf(
          "%s: accuracy %.4f over %d images, %d of another class than the first file%n",
          name, (double) right / classes.length, classes.length, others);
    }
  }

  /** The most probable classes; a tie goes to the lower one. */
  private static int[] classes(byte[] model, Dataset data) throws Exception {
    DataFacts facts = data.facts();
    Shape image = new Shape(facts.height(), facts.width(), facts.channels());
    int[] classes = new int[data.size(Split.TEST)];
    for (int from = 0; from < classes.length; from += BATCH) {
      int count = Math.min(BATCH, classes.length - from);
      OnnxRun run = OnnxRun.of(model, image, data.bytes(Split.TEST, from, count), count);
      for (int i = 0; i < count; i++) {
        float[] probabilities = run.probabilities()[i];
        for (int c = 1; c < probabilities.length; c++) {
          classes[from + i] =
              probabilities[c] > probabilities[classes[from + i]] ? c : classes[from + i];
        }
      }
    }
    return classes;
  }
}
