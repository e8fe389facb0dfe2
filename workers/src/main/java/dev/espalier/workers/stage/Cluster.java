package dev.espalier.workers.stage;

import dev.espalier.workers.cluster.Codebook;
import dev.espalier.workers.cluster.KMeans;
import dev.espalier.workers.facts.CentroidInit;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.random.Draw;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Lets the non-zero weights of each layer share at most {@code centroids} values, found by k-means;
 * zeros stay zero.
 *
 * <p>Canonical texts name the initial centroids if these are not the optimum. With the optimum,
 * they mention layers with many weights if there are any, because only such layers are clustered
 * differently than before this word was introduced.
 *
 * @param centroids in [1, {@value #MAX_CENTROIDS}]
 * @param init where they start
 * @param lloyd iterations that move them, in [0, {@value #MAX_LLOYD}]; 0 with the optimum
 * @param kernels the kernels whose weights share values
 * @param manyWeights whether the values are the optimum and a layer that shares them has more than
 *     {@value #FEW_WEIGHTS} weights
 * @param varied the options that distinguish it from other cluster stages of the sweep
 */
public record Cluster(
    int centroids,
    CentroidInit init,
    int lloyd,
    KernelSelection kernels,
    boolean manyWeights,
    List<NamedOption> varied)
    implements Transform {
  /** The most values that a layer may share. */
  public static final int MAX_CENTROIDS = KMeans.MAX_CENTROIDS;

  /** The most iterations. */
  public static final int MAX_LLOYD = 1000;

  /** A layer with more weights than this has many. */
  public static final int FEW_WEIGHTS = KMeans.FEW_WEIGHTS;

  public Cluster {
    if (centroids < 1 || centroids > MAX_CENTROIDS) {
      throw new IllegalArgumentException(
          "centroids: must be in [1, " + MAX_CENTROIDS + "], found " + centroids);
    }
    if (lloyd < 0 || lloyd > MAX_LLOYD) {
      throw new IllegalArgumentException(
          "lloyd: must be in [0, " + MAX_LLOYD + "], found " + lloyd);
    }
    if (init == CentroidInit.OPTIMAL && lloyd > 0) {
      throw new IllegalArgumentException("lloyd: must be 0 with init optimal, found " + lloyd);
    }
    if (init != CentroidInit.OPTIMAL && manyWeights) {
      throw new IllegalArgumentException(
          "cells of equal error are those of init optimal, found " + init.word());
    }
    varied = List.copyOf(varied);
  }

  /** The shared values of least squared error. */
  public Cluster(
      int centroids, KernelSelection kernels, boolean manyWeights, List<NamedOption> varied) {
    this(centroids, CentroidInit.OPTIMAL, 0, kernels, manyWeights, varied);
  }

  @Override
  public String canonical() {
    return "cluster "
        + centroids
        + " by layer, zeros apart\n"
        + kernels.canonical()
        + (init == CentroidInit.OPTIMAL ? "" : "\ninit " + init.word() + " lloyd " + lloyd)
        + (manyWeights ? "\nabove " + FEW_WEIGHTS + " weights by cells of equal error" : "");
  }

  @Override
  public String word() {
    return "cluster";
  }

  @Override
  public String slug() {
    return "k" + centroids;
  }

  @Override
  public String brief() {
    return "k=" + centroids;
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("centroids", centroids);
    return parameters;
  }

  @Override
  public State apply(State state, long seed) {
    Map<String, Hold> holds = new HashMap<>(state.holds());
    Map<String, Tensor> shared = new HashMap<>();
    for (Tensor tensor : touched(state)) {
      Draw draw = Draw.of(key(seed, tensor.name()));
      Codebook codebook = KMeans.cluster(tensor.values(), centroids, init, lloyd, draw);
      holds.put(tensor.name(), new Hold.Shared(codebook));
      shared.put(tensor.name(), tensor.with(codebook.decode()));
    }
    List<Tensor> tensors =
        state.tensors().stream().map(tensor -> shared.getOrDefault(tensor.name(), tensor)).toList();
    return state.with(tensors, holds, state.prunable());
  }

  /** The seed, the purpose, and the characters of the tensor's name. */
  private static long[] key(long seed, String name) {
    return LongStream.concat(LongStream.of(seed, Draw.CLUSTERING), name.chars().asLongStream())
        .toArray();
  }

  /** The tensors whose weights it clusters; frozen tensors stay unchanged. */
  public List<Tensor> touched(State state) {
    return state.touched(kernels);
  }
}
