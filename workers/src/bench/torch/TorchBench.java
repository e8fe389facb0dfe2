import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * How many images a second libtorch trains and predicts here: the counterpart of {@code espalier
 * bench --json}, with its noise, its step, its statistic and its keys.
 *
 * <pre>TorchBench MODEL WIDTH BATCH SIZE SECONDS MODE...</pre>
 *
 * <p>A mode is train, infer (batch norms as they are) or folded (batch norms folded into
 * convolutions).
 */
final class TorchBench {
  private static final int WARM_UP = 5;
  private static final int FEWEST = 5;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private TorchBench() {}

  public static void main(String[] words) {
    if (words.length < 6) {
      System.err.println(
          "TorchBench: must have MODEL WIDTH BATCH SIZE SECONDS MODE..., found "
              + Arrays.toString(words));
      System.exit(2);
    }
    torch.set_num_threads(1);
    for (String mode : List.of(words).subList(5, words.length)) {
      try (PointerScope ofCell = new PointerScope()) {
        measure(
            words[0],
            new BigDecimal(words[1]),
            Integer.parseInt(words[2]),
            Integer.parseInt(words[3]),
            Double.parseDouble(words[4]),
            mode);
      }
    }
  }

  private static void measure(
      String model, BigDecimal width, int batch, int size, double seconds, String mode) {
    torch.manual_seed(1);
    TorchNetwork network = TorchNetwork.of(model, width);
    Tensor images =
        torch
            .torch_rand(batch, 3, size, size)
            .mul(new Scalar(2.0))
            .sub(new Scalar(1.0))
            .contiguous(MemoryFormat.ChannelsLast);
    Tensor labels = torch.torch_randint(10, new long[] {batch});
    Runnable one =
        switch (mode) {
          case "train" -> training(network, images, labels);
          case "infer" -> () -> predict(network, images);
          case "folded" -> folded(network, images);
          default ->
              throw new IllegalArgumentException(
                  "mode: must be train, infer or folded, found " + mode);
        };
    double[] speeds = timed(one, batch, seconds);
    System.out.printf(
        Locale.ROOT,
        "{\"model\":\"%s\",\"width\":%s,\"batch\":%d,\"size\":%d,\"threads\":1,\"mode\":\"%s\","
            + "\"images_per_second\":%.1f,\"engine\":\"%s\",\"images_per_cpu_second\":%.1f,"
            + "\"mean_images_per_second\":%.1f,\"parameters\":%d}%n",
        model,
        width.toPlainString(),
        batch,
        size,
        mode.equals("train") ? "train" : "infer",
        speeds[0],
        "libtorch-2.7.1" + (mode.equals("folded") ? "-folded" : ""),
        speeds[1],
        speeds[2],
        network.parameters());
  }

  private static Runnable training(TorchNetwork network, Tensor images, Tensor labels) {
    SGD optimizer = network.optimizer(1e-4);
    return () -> {
      try (PointerScope ofStep = new PointerScope()) {
        optimizer.zero_grad();
        Tensor loss = torch.cross_entropy_loss(network.logits(images, true), labels);
        loss.backward();
        optimizer.step();
        loss.item_float();
      }
    };
  }

  private static Runnable folded(TorchNetwork network, Tensor images) {
    network.fold();
    return () -> predict(network, images);
  }

  private static void predict(TorchNetwork network, Tensor images) {
    try (PointerScope ofBatch = new PointerScope()) {
      InferenceMode inference = new InferenceMode(true);
      torch.softmax(network.logits(images, false), 1);
      inference.close();
    }
  }

  /**
   * Images by second: by the first quartile of wall time and of processor time, and by the mean of
   * wall time.
   */
  private static double[] timed(Runnable one, int batch, double seconds) {
    for (int i = 0; i < WARM_UP; i++) {
      one.run();
    }
    DoubleStream.Builder wall = DoubleStream.builder();
    DoubleStream.Builder cpu = DoubleStream.builder();
    double passed = 0;
    int batches = 0;
    for (; batches < FEWEST || passed < seconds; batches++) {
      long start = System.nanoTime();
      long cpuStart = THREADS.getCurrentThreadCpuTime();
      one.run();
      cpu.add((THREADS.getCurrentThreadCpuTime() - cpuStart) / 1e9);
      double taken = (System.nanoTime() - start) / 1e9;
      wall.add(taken);
      passed += taken;
    }
    return new double[] {
      batch / firstQuartile(wall.build()),
      batch / firstQuartile(cpu.build()),
      batch * batches / passed
    };
  }

  private static double firstQuartile(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 4];
  }
}
