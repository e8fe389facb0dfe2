package dev.espalier.workers.stage;

import dev.espalier.workers.cluster.Codebook;
import dev.espalier.workers.cluster.KMeans;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Prunable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets the non-zero weights of each layer share at most {@code centroids} values, found by k-means;
 * zeros stay zero.
 *
 * <p>Texts say whether a layer has many weights, and only where one has, because only such layers
 * are clustered otherwise than before the word was there.
 *
 * @param centroids in [1, {@value #MAX_CENTROIDS}]
 * @param depthwise whether depthwise kernels share values too
 * @param manyWeights whether a layer that shares values has more than {@value #FEW_WEIGHTS} weights
 * @param varied the options that tell it apart from other cluster stages of the sweep
 */
public record Cluster(
    int centroids,
    List<String> exclude,
    boolean depthwise,
    boolean manyWeights,
    List<NamedOption> varied)
    implements Transform {
  /** The most values that a layer may share. */
  public static final int MAX_CENTROIDS = KMeans.MAX_CENTROIDS;

  /** A layer of more weights has many. */
  public static final int FEW_WEIGHTS = KMeans.FEW_WEIGHTS;

  public Cluster {
    if (centroids < 1 || centroids > MAX_CENTROIDS) {
      throw new IllegalArgumentException(
          "centroids: must be in [1, " + MAX_CENTROIDS + "], found " + centroids);
    }
    exclude = List.copyOf(exclude);
    varied = List.copyOf(varied);
  }

  @Override
  public String canonical() {
    return "cluster "
        + centroids
        + " by layer, zeros apart\nexclude "
        + String.join(",", exclude)
        + "\ndepthwise "
        + depthwise
        + (manyWeights ? "\nabove " + FEW_WEIGHTS + " weights by cells of equal error" : "");
  }

  @Override
  public String word() {
    return "cluster";
  }

  @Override
  public String slug() {
    return "k" + centroids + NamedOption.slugs(varied);
  }

  @Override
  public String brief() {
    return "k=" + centroids + NamedOption.briefs(varied);
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("centroids", centroids);
    varied.forEach(option -> parameters.put(option.parameter(), option.value()));
    return parameters;
  }

  @Override
  public State apply(State state, long seed) {
    Map<String, Hold> holds = new HashMap<>(state.holds());
    Map<String, Tensor> shared = new HashMap<>();
    for (Tensor tensor : touched(state)) {
      Codebook codebook = KMeans.cluster(tensor.values(), centroids);
      holds.put(tensor.name(), new Hold.Shared(codebook));
      shared.put(tensor.name(), tensor.with(codebook.decode()));
    }
    List<Tensor> tensors =
        state.tensors().stream().map(tensor -> shared.getOrDefault(tensor.name(), tensor)).toList();
    return state.with(tensors, holds, state.prunable());
  }

  /** The tensors that it shares the weights of: frozen ones stay as they are. */
  public List<Tensor> touched(State state) {
    return Prunable.of(state.tensors(), exclude, depthwise).stream()
        .filter(tensor -> !state.isFrozen(tensor.name()))
        .toList();
  }
}
