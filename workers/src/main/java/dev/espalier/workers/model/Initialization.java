package dev.espalier.workers.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The seeded values with which training starts, equal bit for bit on every machine.
 *
 * <p>Kernels are normal with mean 0. Their variance is 2 / fan-in for convolutions and dense layers
 * (arXiv 1502.01852) and 2 / (in + out) for the last layer, which has no ReLU behind it. Biases,
 * shifts and running means are 0; scales and running variances are 1.
 */
public final class Initialization {
  private Initialization() {}

  /**
   * Fresh values for every parameter of {@code network}, in the order of {@link Network#layout()}.
   * Each depends on the seed and its own name alone, so another layer more or less changes none of
   * the others.
   */
  public static List<Tensor> of(Network network, long seed) {
    String last = network.layers().get(network.layers().size() - 1).name();
    return network.layout().stream()
        .map(p -> p.with(values(p, p.layer().equals(last), seed)))
        .toList();
  }

  private static float[] values(Parameter parameter, boolean last, long seed) {
    float[] values = new float[parameter.size()];
    if (!parameter.kind().isKernel()) {
      boolean one = parameter.key().equals("gamma") || parameter.key().equals("var");
      Arrays.fill(values, one ? 1f : 0f);
      return values;
    }
    int out = parameter.shape().get(0);
    int fanIn = parameter.size() / out;
    double deviation = StrictMath.sqrt(2.0 / (last ? fanIn + out : fanIn));
    SplittableRandom random = stream(seed, parameter.name());
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * normal(random));
    }
    return values;
  }

  /** Box and Muller's method, one of its two values: simple, and exact in StrictMath. */
  private static double normal(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2.0 * StrictMath.log(1.0 - uniform(random)));
    return radius * StrictMath.cos(2.0 * StrictMath.PI * uniform(random));
  }

  /** In [0, 1), from the high 53 bits. */
  private static double uniform(SplittableRandom random) {
    return (random.nextLong() >>> 11) * 0x1.0p-53;
  }

  private static SplittableRandom stream(long seed, String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(("weights " + seed + " " + name).getBytes(StandardCharsets.UTF_8));
      return new SplittableRandom(ByteBuffer.wrap(digest).getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
