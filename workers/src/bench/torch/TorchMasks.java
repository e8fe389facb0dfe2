import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Kernels and which of their weights are held at zero: [weights] of 0 or 1 for each. */
record TorchMasks(List<Tensor> kernels, List<Tensor> masks) {

  /**
   * Zeroes the weights of smallest magnitude.
   *
   * @param flat one ranking over all kernels, or one for each
   */
  static TorchMasks prune(List<Tensor> kernels, double sparsity, boolean flat) {
    List<Tensor> masks = new ArrayList<>();
    List<Tensor> magnitudes = kernels.stream().map(kernel -> kernel.detach().abs()).toList();
    double threshold = flat ? threshold(magnitudes, sparsity) : 0;
    for (Tensor magnitude : magnitudes) {
      double own = flat ? threshold : threshold(List.of(magnitude), sparsity);
      masks.add(magnitude.gt(new Scalar(own)).to(torch.ScalarType.Float));
    }
    TorchMasks pruned = new TorchMasks(kernels, masks);
    pruned.hold();
    return pruned;
  }

  private static double threshold(List<Tensor> magnitudes, double sparsity) {
    float[][] parts = new float[magnitudes.size()][];
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = values(magnitudes.get(i));
      count += parts[i].length;
    }
    float[] all = new float[count];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    Arrays.sort(all);
    int pruned = (int) Math.round(sparsity * count);
    return pruned == 0 ? -1 : all[pruned - 1];
  }

  /** In the order of memory. */
  static float[] values(Tensor tensor) {
    float[] values = new float[(int) tensor.numel()];
    new FloatPointer(tensor.data_ptr_float()).get(values);
    return values;
  }

  /** Zeroes again what a step has moved. */
  void hold() {
    NoGradGuard noGradient = new NoGradGuard();
    for (int i = 0; i < kernels.size(); i++) {
      kernels.get(i).mul_(masks.get(i));
    }
    noGradient.close();
  }
}
