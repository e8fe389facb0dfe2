package dev.espalier.workers;

import dev.espalier.workers.cluster.KMeans;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.MagnitudePruning;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.prune.Prunable;
import dev.espalier.workers.stage.DataAndSeed;
import dev.espalier.workers.stage.EpochMetrics;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.train.DivergedException;
import dev.espalier.workers.train.Training;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What each kind of stage does to a network.
 *
 * @param network holds the parameters of {@code before} when the work starts and of the result when
 *     it ends
 * @param before the state that the stage starts from, or an earlier epoch of the same fine-tuning
 */
record StageWork(TrainableNetwork network, Dataset data, DataAndSeed setup, State before) {

  /** Every kind of stage has its line here. */
  State apply(Stage stage) throws DivergedException, InterruptedException {
    if (stage instanceof Stage.Train train) {
      return train(train);
    } else if (stage instanceof Stage.Load) {
      return before;
    } else if (stage instanceof Stage.Prune prune) {
      return prune(prune);
    } else if (stage instanceof Stage.FineTune fineTune) {
      return fineTune(fineTune);
    } else if (stage instanceof Stage.Cluster cluster) {
      return cluster(cluster);
    }
    throw new AssertionError(stage);
  }

  private State train(Stage.Train stage) throws DivergedException, InterruptedException {
    network.prepare(stage.recipe());
    List<EpochMetrics> curve =
        new Training(network, data, stage.recipe(), setup.seed(), stage.epochs())
            .run(0, stage.epochs());
    return new State(network.parameters(), Map.of(), before.prunable(), network.updater(), curve);
  }

  private State prune(Stage.Prune stage) {
    List<Tensor> prunable = Prunable.of(before.tensors(), stage.exclude(), stage.depthwise());
    Map<String, Mask> masks = MagnitudePruning.masks(prunable, stage.sparsity(), stage.scope());
    List<Tensor> tensors =
        before.tensors().stream()
            .map(
                tensor -> {
                  Mask mask = masks.get(tensor.name());
                  float[] values = tensor.values().clone();
                  if (mask != null) {
                    mask.apply(values);
                  }
                  return tensor.with(values);
                })
            .toList();
    network.parameters(tensors);
    return new State(tensors, masks, names(prunable), null, List.of());
  }

  private State fineTune(Stage.FineTune stage) throws DivergedException, InterruptedException {
    network.prepare(stage.recipe());
    Map<String, int[]> zeros = new HashMap<>();
    before.masks().forEach((name, mask) -> zeros.put(name, mask.zeros()));
    network.hold(zeros);
    if (before.updater() != null) {
      network.updater(before.updater());
    }
    int done = before.updater() == null ? 0 : before.curve().size();
    List<EpochMetrics> curve = new ArrayList<>(before.curve().subList(0, done));
    curve.addAll(
        new Training(network, data, stage.recipe(), fineTuneSeed(setup.seed()), stage.epoch())
            .run(done, stage.epoch()));
    return new State(
        network.parameters(), before.masks(), before.prunable(), network.updater(), curve);
  }

  private State cluster(Stage.Cluster stage) {
    Set<String> shared = names(Prunable.of(before.tensors(), stage.exclude(), stage.depthwise()));
    List<Tensor> tensors =
        before.tensors().stream()
            .map(
                tensor ->
                    shared.contains(tensor.name())
                        ? tensor.with(KMeans.cluster(tensor.values(), stage.centroids()).decode())
                        : tensor)
            .toList();
    network.parameters(tensors);
    return new State(tensors, before.masks(), before.prunable(), null, List.of());
  }

  /** Fine-tuning goes through the images in another order than the baseline's training did. */
  static long fineTuneSeed(long seed) {
    return seed * 0x9E3779B97F4A7C15L + 1;
  }

  static Set<String> names(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::name).collect(Collectors.toSet());
  }
}
