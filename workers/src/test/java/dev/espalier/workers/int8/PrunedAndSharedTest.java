package dev.espalier.workers.int8;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.quantize.Affine;
import dev.espalier.workers.quantize.Precision;
import dev.espalier.workers.quantize.QuantizedKernel;
import dev.espalier.workers.random.Draw;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What pruning and clustering made of kernels is still there in the integers. */
class PrunedAndSharedTest {
  @Test
  void hasAsManyDifferentIntegersAsASharedKernelHadValues() {
    int different = 7;
    Network network = Nets.everything();
    for (boolean positive : new boolean[] {true, false}) {
      QuantizedNets nets = shared(network, different, positive);
      for (IntegerOp op : nets.integers().ops()) {
        if (op instanceof IntegerOp.Convolution c && !op.name().equals("normalize")) {
          Set<Integer> nonZero = new HashSet<>();
          for (byte weight : c.weights()) {
            nonZero.add(positive ? weight : Math.abs(weight));
          }
          nonZero.remove(0);
          assertTrue(nonZero.size() <= different, op.name() + ": " + nonZero);
        }
      }
    }
  }

  @Test
  void keepsPrunedWeightsAtZero() {
    Draw draw = Draw.of(5);
    Network network = Nets.everything();
    List<Tensor> pruned =
        Nets.values(network, 5).stream()
            .map(
                tensor -> {
                  float[] values = tensor.values().clone();
                  for (int i = 0; i < values.length && tensor.kind().isKernel(); i++) {
                    values[i] = draw.coin() ? 0 : values[i];
                  }
                  return tensor.with(values);
                })
            .toList();
    IntegerNetwork integers = QuantizedNets.of(network, pruned, 1, 5).integers();
    int[] zeros = {0, 0};
    Map<String, String> kernels = Map.of("n1", "c1/W", "n3", "d1/W", "c5", "c5/W");
    for (IntegerOp op : integers.ops()) {
      if (op instanceof IntegerOp.Convolution c && kernels.containsKey(op.name())) {
        Tensor before =
            pruned.stream()
                .filter(t -> t.name().equals(kernels.get(op.name())))
                .findFirst()
                .orElseThrow();
        for (int i = 0; i < c.weights().length; i++) {
          zeros[0] += before.values()[i] == 0 ? 1 : 0;
          zeros[1] += before.values()[i] == 0 && c.weights()[i] == 0 ? 1 : 0;
        }
      }
    }
    assertTrue(zeros[0] > 500 && zeros[0] == zeros[1], zeros[0] + " and " + zeros[1]);
  }

  /** Convolutions of so many values, one scale each; factors of norms of either sign or above 0. */
  private static QuantizedNets shared(Network network, int different, boolean positive) {
    Draw draw = Draw.of(8);
    Map<String, List<Float>> scales = new HashMap<>();
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : Nets.values(network, 8)) {
      float[] values = tensor.values().clone();
      if (tensor.kind().isKernel()) {
        float[] centroids = new float[different];
        IntStream.range(0, different).forEach(i -> centroids[i] = (float) draw.between(-1.0, 1.0));
        for (int i = 0; i < values.length; i++) {
          values[i] = centroids[draw.below(different)];
        }
        QuantizedKernel kernel = QuantizedKernel.of(tensor.with(values), true);
        scales.put(tensor.name(), kernel.scales());
        tensors.add(tensor.with(kernel.values()));
      } else {
        for (int i = 0; i < values.length && tensor.key().equals("gamma") && !positive; i++) {
          values[i] = draw.coin() ? values[i] : -values[i];
        }
        tensors.add(tensor.with(values));
      }
    }
    Map<String, Affine> activations = new HashMap<>();
    Lowering.observed(network).forEach(name -> activations.put(name, new Affine(0.1f, 0)));
    QuantizedNets drawn = QuantizedNets.drawn(network, 1, 8);
    return new QuantizedNets(
        new WeightedNetwork(network, tensors),
        new Precision.Int8(scales, activations),
        drawn.channels(),
        drawn.images());
  }
}
