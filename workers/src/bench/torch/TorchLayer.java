import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A part of a network in libtorch; images are [batch, channels, height, width], channels last in
 * memory.
 */
sealed interface TorchLayer {
  /**
   * @param training whether batch norms normalize by the batch, and move their statistics
   */
  Tensor forward(Tensor images, boolean training);

  /** Calls {@code each} with every convolution below, in the order of the network. */
  void visit(Consumer<ConvNorm> each);

  enum Activation {
    NONE,
    RELU,
    RELU6
  }

  /** A convolution without bias, batch norm, and an activation. */
  final class ConvNorm implements TorchLayer {
    private static final double EPSILON = 1e-5;
    private static final double MOMENTUM = 0.1;
    private static final Scalar ZERO = new Scalar(0.0f);
    private static final Scalar SIX = new Scalar(6.0f);
    private static final TensorOptional NOTHING = new TensorOptional();

    private final long[] stride;
    private final long[] padding;
    private final long[] dilation = {1, 1};
    private final int groups;
    private final Activation activation;
    private final Tensor scale;
    private final Tensor shift;
    private final Tensor mean;
    private final Tensor variance;
    private final TensorOptional scaleArgument;
    private final TensorOptional shiftArgument;
    private final TensorOptional meanArgument;
    private final TensorOptional varianceArgument;
    private final Tensor kernel;
    private Folded folded;

    private record Folded(Tensor kernel, TensorOptional bias) {}

    ConvNorm(int in, int out, int side, int step, int groups, Activation activation) {
      stride = new long[] {step, step};
      padding = new long[] {side / 2, side / 2};
      this.groups = groups;
      this.activation = activation;
      double deviation = Math.sqrt(2.0 / ((double) side * side * in / groups));
      kernel =
          torch
              .torch_randn(out, in / groups, side, side)
              .mul(new Scalar(deviation))
              .contiguous(MemoryFormat.ChannelsLast)
              .set_requires_grad(true);
      scale = torch.torch_ones(out).set_requires_grad(true);
      shift = torch.torch_zeros(out).set_requires_grad(true);
      mean = torch.torch_zeros(out);
      variance = torch.torch_ones(out);
      scaleArgument = new TensorOptional(scale);
      shiftArgument = new TensorOptional(shift);
      meanArgument = new TensorOptional(mean);
      varianceArgument = new TensorOptional(variance);
    }

    Tensor kernel() {
      return kernel;
    }

    List<Tensor> norm() {
      return List.of(scale, shift);
    }

    /**
     * Predicts from now on with the batch norm folded into kernel and bias, in double precision.
     */
    void fold() {
      Tensor factor =
          scale
              .detach()
              .to(ScalarType.Double)
              .div(variance.to(ScalarType.Double).add(new Scalar(EPSILON)).sqrt());
      Tensor bias =
          shift.detach().to(ScalarType.Double).sub(mean.to(ScalarType.Double).mul(factor));
      Tensor scaled = kernel.detach().to(ScalarType.Double).mul(factor.view(-1, 1, 1, 1));
      folded =
          new Folded(
              scaled.to(ScalarType.Float).contiguous(MemoryFormat.ChannelsLast),
              new TensorOptional(bias.to(ScalarType.Float)));
    }

    @Override
    public Tensor forward(Tensor images, boolean training) {
      if (folded != null) {
        return activated(
            torch.conv2d(
                images, folded.kernel(), folded.bias(), stride, padding, dilation, groups));
      }
      Tensor convolved = torch.conv2d(images, kernel, NOTHING, stride, padding, dilation, groups);
      return activated(
          torch.batch_norm(
              convolved,
              scaleArgument,
              shiftArgument,
              meanArgument,
              varianceArgument,
              training,
              MOMENTUM,
              EPSILON,
              false));
    }

    private Tensor activated(Tensor values) {
      return switch (activation) {
        case NONE -> values;
        case RELU -> torch.relu_(values);
        case RELU6 -> torch.hardtanh_(values, ZERO, SIX);
      };
    }

    @Override
    public void visit(Consumer<ConvNorm> each) {
      each.accept(this);
    }
  }

  /** Layers one after the other. */
  record Chain(List<TorchLayer> layers) implements TorchLayer {
    @Override
    public Tensor forward(Tensor images, boolean training) {
      Tensor values = images;
      for (TorchLayer layer : layers) {
        values = layer.forward(values, training);
      }
      return values;
    }

    @Override
    public void visit(Consumer<ConvNorm> each) {
      layers.forEach(layer -> layer.visit(each));
    }
  }

  /**
   * The sum of a body and a shortcut.
   *
   * @param shortcut of no layers: the input itself
   * @param relu whether ReLU follows
   */
  record Residual(TorchLayer body, Chain shortcut, boolean relu) implements TorchLayer {
    @Override
    public Tensor forward(Tensor images, boolean training) {
      Tensor sum = body.forward(images, training).add_(shortcut.forward(images, training));
      return relu ? torch.relu_(sum) : sum;
    }

    @Override
    public void visit(Consumer<ConvNorm> each) {
      body.visit(each);
      shortcut.visit(each);
    }
  }
}
