package dev.espalier.workers.int8;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.engine.PlainForward;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.quantize.ActivationHistogram;
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.quantize.Precision;
import dev.espalier.workers.quantize.QuantizedKernel;
import dev.espalier.workers.random.Draw;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network quantized for tests, by minimum and maximum over the images that come with it.
 *
 * @param weighted its kernels are quantized
 * @param images less 128, [height, width, channels] each
 */
public record QuantizedNets(
    WeightedNetwork weighted,
    Precision.Int8 precision,
    List<Normalization.Channel> channels,
    List<byte[]> images) {

  /** A network with drawn weights, quantized for {@code count} drawn images. */
  public static QuantizedNets drawn(Network network, int count, long seed) {
    return of(network, Nets.values(network, seed), count, seed);
  }

  /** A network with these weights, quantized for {@code count} drawn images. */
  public static QuantizedNets of(Network network, List<Tensor> values, int count, long seed) {
    Map<String, List<Float>> scales = new HashMap<>();
    List<Tensor> quantized = new ArrayList<>();
    for (Tensor tensor : values) {
      if (tensor.kind().isKernel()) {
        QuantizedKernel kernel = QuantizedKernel.of(tensor, false);
        scales.put(tensor.name(), kernel.scales());
        quantized.add(tensor.with(kernel.values()));
      } else {
        quantized.add(tensor);
      }
    }
    List<Normalization.Channel> channels = new ArrayList<>();
    for (int c = 0; c < network.channels(); c++) {
      channels.add(new Normalization.Channel(0.45 + 0.01 * c, 0.23 - 0.005 * c));
    }
    List<byte[]> images = images(network, count, seed);
    WeightedNetwork weighted = new WeightedNetwork(network, quantized);
    Map<String, Affine> activations = calibrated(weighted, channels, images);
    return new QuantizedNets(
        weighted, new Precision.Int8(scales, activations), List.copyOf(channels), images);
  }

  /** The network on integers. */
  public IntegerNetwork integers() {
    return Lowering.of(weighted, precision, channels);
  }

  /** What the network reads of an image. */
  public float[] normalized(byte[] image) {
    return normalized(channels, image);
  }

  /** What every row gives for an image in double precision; for the last row the logits. */
  public Map<String, double[]> rows(byte[] image) {
    return rows(weighted, normalized(image));
  }

  private static Map<String, Affine> calibrated(
      WeightedNetwork weighted, List<Normalization.Channel> channels, List<byte[]> images) {
    Map<String, ActivationHistogram> histograms = new HashMap<>();
    List<String> observed = Lowering.observed(weighted.network());
    for (byte[] image : images) {
      Map<String, double[]> rows = rows(weighted, normalized(channels, image));
      for (String name : observed) {
        double[] row = Objects.requireNonNull(rows.get(name), name);
        float[] values = new float[row.length];
        for (int i = 0; i < row.length; i++) {
          values[i] = (float) row[i];
        }
        histograms.computeIfAbsent(name, n -> new ActivationHistogram()).add(values);
      }
    }
    Map<String, Affine> activations = new HashMap<>();
    histograms.forEach(
        (name, histogram) -> {
          ActivationHistogram.Range range = histogram.range(new BigDecimal(100));
          activations.put(name, Affine.of(range.low(), range.high()));
        });
    return activations;
  }

  private static Map<String, double[]> rows(WeightedNetwork weighted, float[] image) {
    Network network = weighted.network();
    Map<String, double[]> rows =
        new HashMap<>(PlainForward.rows(network, weighted.tensors(), image));
    Layer last = network.layers().get(network.layers().size() - 1);
    rows.put(last.name(), PlainForward.logits(network, weighted.tensors(), image));
    return rows;
  }

  private static float[] normalized(List<Normalization.Channel> channels, byte[] image) {
    float[] values = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      values[i] = channels.get(i % channels.size()).table()[image[i] + 128];
    }
    return values;
  }

  private static List<byte[]> images(Network network, int count, long seed) {
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Draw draw = Draw.of(seed, i);
      byte[] image = new byte[network.input().size()];
      for (int j = 0; j < image.length; j++) {
        image[j] = (byte) draw.between(-128, 127);
      }
      images.add(image);
    }
    return images;
  }
}
