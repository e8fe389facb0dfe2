import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.OptimizerParamGroupVector;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Trials of a sweep one by one in libtorch, as a script without stages to share runs them: train,
 * prune, fine-tune with zeros held, cluster, evaluate. One JSON object a trial, with the seconds
 * from its first step to its accuracy.
 *
 * <pre>TorchTrials FOLDER MODEL WIDTH TRAIN VALIDATION BASELINE-EPOCHS TRIAL...</pre>
 *
 * <p>A trial is SPARSITY,SCOPE,FINE-TUNE-EPOCHS,CENTROIDS, such as 0.8,flat,3,16. The recipe is
 * that of sweep.yaml.
 */
final class TorchTrials {
  private static final int BATCH = 64;
  private static final int EVALUATED = 256;
  private static final int CLASSES = 10;
  private static final long[] STRIDES = {CifarImages.VALUES, 1, 32 * 3, 3};
  private static final double BASELINE_RATE = 0.05;
  private static final double FINE_TUNE_RATE = 0.005;

  private record Trial(double sparsity, boolean flat, int epochs, int centroids) {
    static Trial of(String text) {
      String[] words = text.split(",", -1);
      if (words.length != 4 || !List.of("flat", "layerwise").contains(words[1])) {
        throw new IllegalArgumentException("trial: must be as 0.8,flat,3,16, found " + text);
      }
      return new Trial(
          Double.parseDouble(words[0]),
          words[1].equals("flat"),
          Integer.parseInt(words[2]),
          words[3].equals("none") ? 0 : Integer.parseInt(words[3]));
    }
  }

  private final CifarImages images;
  private final String model;
  private final BigDecimal width;
  private final int baselineEpochs;
  private final float[] batch = new float[BATCH * CifarImages.VALUES];
  private final long[] labels = new long[BATCH];

  private TorchTrials(CifarImages images, String model, BigDecimal width, int baselineEpochs) {
    this.images = images;
    this.model = model;
    this.width = width;
    this.baselineEpochs = baselineEpochs;
  }

  public static void main(String[] words) throws IOException {
    if (words.length < 7) {
      System.err.println(
          "TorchTrials: must have FOLDER MODEL WIDTH TRAIN VALIDATION BASELINE-EPOCHS TRIAL...,"
              + " found "
              + List.of(words));
      System.exit(2);
    }
    torch.set_num_threads(1);
    CifarImages images =
        CifarImages.read(Path.of(words[0]), Integer.parseInt(words[3]), Integer.parseInt(words[4]));
    TorchTrials trials =
        new TorchTrials(images, words[1], new BigDecimal(words[2]), Integer.parseInt(words[5]));
    for (String text : List.of(words).subList(6, words.length)) {
      try (PointerScope ofTrial = new PointerScope()) {
        trials.run(text, Trial.of(text));
      }
    }
  }

  private void run(String text, Trial trial) {
    long start = System.nanoTime();
    long cpuStart = cpuNanos();
    torch.manual_seed(1);
    TorchNetwork network = TorchNetwork.of(model, width);
    train(network, 0, baselineEpochs, true, null);
    TorchMasks masks = TorchMasks.prune(network.prunable(), trial.sparsity(), trial.flat());
    train(network, baselineEpochs, trial.epochs(), false, masks);
    if (trial.centroids() > 0) {
      network.prunable().forEach(kernel -> Clusters.share(kernel, trial.centroids()));
    }
    network.fold();
    double validation = accuracy(network, images.validation());
    double test = accuracy(network, images.test());
    System.out.printf(
        Locale.ROOT,
        "{\"trial\":\"%s\",\"seconds\":%.3f,\"cpu_seconds\":%.3f,\"val_accuracy\":%.4f,\"test_accuracy\":%.4f}%n",
        text,
        (System.nanoTime() - start) / 1e9,
        (cpuNanos() - cpuStart) / 1e9,
        validation,
        test);
  }

  /** Of the whole process: compiling and the collection of garbage count. */
  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /**
   * @param cosine whether the rate falls from the baseline's to zero, step by step
   * @param masks what is held at zero; null: nothing
   */
  private void train(TorchNetwork network, int from, int epochs, boolean cosine, TorchMasks masks) {
    SGD optimizer = network.optimizer(cosine ? BASELINE_RATE : FINE_TUNE_RATE);
    int perEpoch = images.train() / BATCH;
    int steps = epochs * perEpoch;
    for (int step = 0; step < steps; step++) {
      images.fill(from + step / perEpoch, step % perEpoch, batch, labels);
      try (PointerScope ofStep = new PointerScope()) {
        if (cosine) {
          rate(optimizer, BASELINE_RATE * (1 + Math.cos(Math.PI * step / steps)) / 2);
        }
        optimizer.zero_grad();
        Tensor logits = network.logits(tensor(batch, 0, BATCH), true);
        Tensor wanted =
            torch.from_blob(
                new LongPointer(labels),
                new long[] {BATCH},
                new TensorOptions(torch.ScalarType.Long));
        Tensor loss = torch.cross_entropy_loss(logits, wanted);
        loss.backward();
        optimizer.step();
        if (masks != null) {
          masks.hold();
        }
        loss.item_float();
      }
    }
  }

  private static void rate(SGD optimizer, double rate) {
    OptimizerParamGroupVector groups = optimizer.param_groups();
    for (long i = 0; i < groups.size(); i++) {
      groups.get(i).options().set_lr(rate);
    }
  }

  /** A copy of the first images of {@code values}, channels last. */
  private static Tensor tensor(float[] values, int from, int count) {
    FloatPointer copied = new FloatPointer((long) count * CifarImages.VALUES);
    copied.put(values, from * CifarImages.VALUES, count * CifarImages.VALUES);
    return torch.from_blob(copied, new long[] {count, 3, 32, 32}, STRIDES);
  }

  private static double accuracy(TorchNetwork network, CifarImages.Split split) {
    int correct = 0;
    int[] labels = split.labels();
    for (int from = 0; from < labels.length; from += EVALUATED) {
      int count = Math.min(EVALUATED, labels.length - from);
      try (PointerScope ofBatch = new PointerScope()) {
        InferenceMode inference = new InferenceMode(true);
        float[] scores =
            TorchMasks.values(network.logits(tensor(split.values(), from, count), false));
        inference.close();
        for (int i = 0; i < count; i++) {
          correct += greatest(scores, i * CLASSES) == labels[from + i] ? 1 : 0;
        }
      }
    }
    return (double) correct / labels.length;
  }

  private static int greatest(float[] scores, int from) {
    int best = 0;
    for (int c = 1; c < CLASSES; c++) {
      best = scores[from + c] > scores[from + best] ? c : best;
    }
    return best;
  }
}
