import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.OptimizerParamGroup;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Espalier's CIFAR ResNet18 (arXiv 1512.03385) and MobileNetV2 (arXiv 1801.04381, torchvision's
 * block) in libtorch: layer by layer the networks of {@code espalier models}.
 *
 * @param body up to the global pooling
 * @param kernel of the classifier, [classes, channels]
 */
record TorchNetwork(TorchLayer body, Tensor kernel, Tensor bias) {
  private static final int CLASSES = 10;

  static TorchNetwork of(String model, BigDecimal width) {
    return switch (model) {
      case "resnet18" -> resnet18(width);
      case "mobilenetv2" -> mobilenetv2(width);
      default ->
          throw new IllegalArgumentException(
              "model: must be resnet18 or mobilenetv2, found " + model);
    };
  }

  private static TorchNetwork resnet18(BigDecimal width) {
    List<TorchLayer> layers = new ArrayList<>();
    int in = rounded(width, 64);
    layers.add(new TorchLayer.ConvNorm(3, in, 3, 1, 1, TorchLayer.Activation.RELU));
    for (int channels : new int[] {64, 128, 256, 512}) {
      int out = rounded(width, channels);
      for (int block = 0; block < 2; block++) {
        layers.add(basicBlock(in, out, channels > 64 && block == 0 ? 2 : 1));
        in = out;
      }
    }
    return classified(layers, in);
  }

  /** Two 3x3 convolutions beside a shortcut. */
  private static TorchLayer basicBlock(int in, int out, int stride) {
    TorchLayer body =
        new TorchLayer.Chain(
            List.of(
                new TorchLayer.ConvNorm(in, out, 3, stride, 1, TorchLayer.Activation.RELU),
                new TorchLayer.ConvNorm(out, out, 3, 1, 1, TorchLayer.Activation.NONE)));
    List<TorchLayer> shortcut =
        stride == 1 && in == out
            ? List.of()
            : List.of(new TorchLayer.ConvNorm(in, out, 1, stride, 1, TorchLayer.Activation.NONE));
    return new TorchLayer.Residual(body, new TorchLayer.Chain(shortcut), true);
  }

  private static TorchNetwork mobilenetv2(BigDecimal width) {
    // expansion, channels, blocks, stride; strides for images of 32 x 32
    int[][] groups = {
      {1, 16, 1, 1},
      {6, 24, 2, 1},
      {6, 32, 3, 2},
      {6, 64, 4, 2},
      {6, 96, 3, 1},
      {6, 160, 3, 2},
      {6, 320, 1, 1}
    };
    List<TorchLayer> layers = new ArrayList<>();
    int in = divisible(width, 32);
    layers.add(new TorchLayer.ConvNorm(3, in, 3, 1, 1, TorchLayer.Activation.RELU6));
    for (int[] group : groups) {
      int out = divisible(width, group[1]);
      for (int block = 0; block < group[2]; block++) {
        layers.add(inverted(in, out, group[0], block == 0 ? group[3] : 1));
        in = out;
      }
    }
    int head = divisible(width.max(BigDecimal.ONE), 1280);
    layers.add(new TorchLayer.ConvNorm(in, head, 1, 1, 1, TorchLayer.Activation.RELU6));
    return classified(layers, head);
  }

  /** Expand 1x1, depthwise 3x3, project 1x1. */
  private static TorchLayer inverted(int in, int out, int expansion, int stride) {
    int hidden = in * expansion;
    List<TorchLayer> layers = new ArrayList<>();
    if (expansion != 1) {
      layers.add(new TorchLayer.ConvNorm(in, hidden, 1, 1, 1, TorchLayer.Activation.RELU6));
    }
    layers.add(
        new TorchLayer.ConvNorm(hidden, hidden, 3, stride, hidden, TorchLayer.Activation.RELU6));
    layers.add(new TorchLayer.ConvNorm(hidden, out, 1, 1, 1, TorchLayer.Activation.NONE));
    TorchLayer body = new TorchLayer.Chain(layers);
    boolean same = stride == 1 && in == out;
    return same ? new TorchLayer.Residual(body, new TorchLayer.Chain(List.of()), false) : body;
  }

  private static TorchNetwork classified(List<TorchLayer> layers, int channels) {
    Tensor kernel = torch.torch_randn(CLASSES, channels).mul(new Scalar(Math.sqrt(1.0 / channels)));
    return new TorchNetwork(
        new TorchLayer.Chain(layers),
        kernel.set_requires_grad(true),
        torch.torch_zeros(CLASSES).set_requires_grad(true));
  }

  private static int rounded(BigDecimal width, int channels) {
    return width
        .multiply(BigDecimal.valueOf(channels))
        .setScale(0, RoundingMode.HALF_UP)
        .intValueExact();
  }

  /** As torchvision's {@code _make_divisible}, by 8. */
  private static int divisible(BigDecimal width, int channels) {
    BigDecimal wanted = width.multiply(BigDecimal.valueOf(channels));
    int nearest = Math.max(8, wanted.add(BigDecimal.valueOf(4)).intValue() / 8 * 8);
    boolean low = BigDecimal.valueOf(nearest).compareTo(wanted.multiply(new BigDecimal("0.9"))) < 0;
    return low ? nearest + 8 : nearest;
  }

  /** The kernels of all convolutions and of the classifier. */
  List<Tensor> kernels() {
    List<Tensor> kernels = new ArrayList<>();
    body.visit(layer -> kernels.add(layer.kernel()));
    kernels.add(kernel);
    return kernels;
  }

  /** Those that a sweep prunes and clusters: all but the depthwise ones. */
  List<Tensor> prunable() {
    return kernels().stream().filter(each -> each.dim() == 2 || each.size(1) > 1).toList();
  }

  private List<Tensor> others() {
    List<Tensor> others = new ArrayList<>();
    body.visit(layer -> others.addAll(layer.norm()));
    others.add(bias);
    return others;
  }

  long parameters() {
    long count = 0;
    for (List<Tensor> tensors : List.of(kernels(), others())) {
      count += tensors.stream().mapToLong(Tensor::numel).sum();
    }
    return count;
  }

  /** Of a batch: [batch, classes] before the softmax. */
  Tensor logits(Tensor images, boolean training) {
    Tensor pooled = torch.mean(body.forward(images, training), 2, 3);
    return torch.linear(pooled, kernel, new TensorOptional(bias));
  }

  /** Predicts from now on as it is, with all batch norms folded; it cannot be trained any more. */
  void fold() {
    body.visit(TorchLayer.ConvNorm::fold);
  }

  /**
   * Nesterov's momentum of 0.9, and a weight decay of 5e-4 on kernels.
   *
   * @param rate the learning rate
   */
  SGD optimizer(double rate) {
    SGD optimizer = new SGD(vector(kernels()), options(rate, 5e-4));
    optimizer.add_param_group(new OptimizerParamGroup(vector(others()), options(rate, 0)));
    return optimizer;
  }

  private static TensorVector vector(List<Tensor> tensors) {
    return new TensorVector(tensors.toArray(Tensor[]::new));
  }

  private static SGDOptions options(double rate, double decay) {
    SGDOptions options = new SGDOptions(rate);
    options.momentum().put(0.9);
    options.nesterov().put(true);
    options.weight_decay().put(decay);
    return options;
  }
}
