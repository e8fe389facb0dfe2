package dev.espalier.workers.stage;

import dev.espalier.workers.model.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures the running mean and variance of every batch norm again, on the first training images,
 * because the statistics of the baseline do not fit the pruned network. They are computed by {@link
 * ForwardPass#batchStatistics}: adaptive batch normalization (arXiv 2007.02491) by a cumulative
 * average.
 *
 * @param images at least 1
 * @param varied the options that distinguish it from other stages of its kind in the sweep
 */
public record Recalibrate(int images, List<NamedOption> varied) implements Calibration {
  /** Images in a batch. */
  public static final int BATCH = 64;

  public Recalibrate {
    if (images < 1) {
      throw new IllegalArgumentException("images: must be at least 1, found " + images);
    }
    varied = List.copyOf(varied);
  }

  @Override
  public String canonical() {
    return "recalibrate by "
        + images
        + " images\nmeans and biased variances of batches of "
        + BATCH
        + ", by their images";
  }

  @Override
  public String word() {
    return "recalibrate";
  }

  @Override
  public String slug() {
    return "cal" + images;
  }

  @Override
  public String brief() {
    return "cal=" + images;
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    return Map.of("recalibrate_images", images);
  }

  @Override
  public State apply(State state, float[] pixels, ForwardPass network) {
    Map<String, BatchStatistics> found = network.batchStatistics(pixels, BATCH, state.holds());
    return state.with(
        state.tensors().stream()
            .map(
                tensor -> {
                  BatchStatistics norm = found.get(tensor.layer());
                  return norm == null ? tensor : recalibrated(tensor, norm);
                })
            .toList());
  }

  private static Tensor recalibrated(Tensor tensor, BatchStatistics norm) {
    return switch (tensor.key()) {
      case "mean" -> tensor.with(norm.mean());
      case "var" -> tensor.with(norm.variance());
      case "log10stdev" -> tensor.with(logarithms(norm.variance()));
      default -> tensor;
    };
  }

  /** A variance of 0 has the smallest logarithm of all that a float's has. */
  private static float[] logarithms(float[] variance) {
    float[] logarithms = new float[variance.length];
    for (int i = 0; i < variance.length; i++) {
      double positive = Math.max(variance[i], Float.MIN_NORMAL);
      logarithms[i] = (float) (0.5 * StrictMath.log10(positive));
    }
    return logarithms;
  }
}
