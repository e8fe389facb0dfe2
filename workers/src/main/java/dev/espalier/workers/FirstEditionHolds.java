package dev.espalier.workers;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.checkpoint.Damage;
import dev.espalier.workers.cluster.Codebook;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.size.NetworkFile;
import dev.espalier.workers.stage.Cluster;
import dev.espalier.workers.stage.Hold;
import dev.espalier.workers.stage.Prune;
import dev.espalier.workers.stage.Reached;
import dev.espalier.workers.stage.State;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What training must keep of a state whose file is of version 1. Such a file does not record it,
 * but the states on its path do: a prune stage left a file of masks, {@code masks}, with a tensor
 * of ones and zeros for each tensor, and after a cluster stage equal weights share a value.
 */
record FirstEditionHolds(CheckpointStore store) {
  private static final String MASKS = "masks";
  private static final String NETWORK = "network";

  /**
   * What training must keep of a state.
   *
   * @param path the logical states up to this one
   * @throws IOException if a prune stage's checkpoint is gone or damaged: without its masks,
   *     further training would restore pruned weights
   */
  Map<String, Hold> of(List<Reached> path, State state) throws IOException {
    Map<String, Hold> holds = new HashMap<>();
    for (Reached reached : path) {
      if (reached.stage() instanceof Prune) {
        holds.putAll(pruned(reached.id()));
      } else if (reached.stage() instanceof Cluster cluster) {
        for (Tensor tensor : cluster.touched(state)) {
          Codebook codebook = Codebook.ofShared(tensor.values());
          if (codebook != null) {
            holds.put(tensor.name(), new Hold.Shared(codebook));
          }
        }
      }
    }
    return holds;
  }

  private Map<String, Hold> pruned(StageId id) throws IOException {
    StageResult.Done done = committed(store, id);
    if (!done.files().containsKey(MASKS)) {
      return NetworkFile.decode(store.read(id, NETWORK)).holds();
    }
    Map<String, Hold> holds = new HashMap<>();
    for (Tensor tensor : CompressedNetwork.decode(store.read(id, MASKS))) {
      holds.put(tensor.name(), new Hold.Zeros(mask(tensor.values())));
    }
    return holds;
  }

  private static Mask mask(float[] kept) {
    int[] zeros = IntStream.range(0, kept.length).filter(i -> kept[i] == 0).toArray();
    return Mask.pruning(kept.length, zeros);
  }

  /**
   * The result of a stage that must be there.
   *
   * @throws IOException if it is missing or damaged
   */
  static StageResult.Done committed(CheckpointStore store, StageId id) throws IOException {
    Optional<StageResult.Done> found = store.find(id);
    if (found.isEmpty()) {
      throw new IOException(
          store
              .damage(id)
              .map(Damage::message)
              .orElse("the checkpoint of stage " + id.brief() + " is missing"));
    }
    return found.get();
  }
}
