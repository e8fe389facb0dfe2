package dev.espalier.workers;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.measure.BaselineOutputs;
import dev.espalier.workers.measure.Evaluation;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outputs of baselines, with which every stage of their trials is compared. A process keeps
 * those of the last few baselines, because most of its stages use one of these.
 */
final class Baselines {
  private static final Logger LOG = LoggerFactory.getLogger(Baselines.class);
  private static final int KEPT = 8;

  private record Key(StageId baseline, String data) {}

  /** The most recently used comes last. */
  private static final Map<Key, float[]> OUTPUTS = new LinkedHashMap<>(16, 0.75f, true);

  private Baselines() {}

  /**
   * The outputs of the baseline of {@code planned}'s trial.
   *
   * @throws IOException if reading was interrupted, or the store fails altogether
   */
  static BaselineOutputs of(PlannedStage planned, CheckpointStore store, Dataset data)
      throws IOException {
    boolean itself = planned.path().isEmpty();
    if (planned.root() instanceof Load load && load.hasOtherClasses()) {
      return itself ? new BaselineOutputs.OfOtherClasses() : new BaselineOutputs.Gone();
    } else if (itself) {
      return new BaselineOutputs.Itself();
    }
    StageId id = planned.path().get(0).id();
    Key key = new Key(id, data.facts().digest());
    float[] known = known(key);
    if (known != null) {
      return new BaselineOutputs.Known(known);
    }
    try {
      Optional<StageResult.Done> done = store.find(id);
      if (done.isEmpty()) {
        return new BaselineOutputs.Gone();
      }
      float[] outputs = outputs(planned, new Checkpoints(store), done.get(), data);
      keep(key, outputs);
      return new BaselineOutputs.Known(outputs);
    } catch (InterruptedIOException | ClosedByInterruptException | StorageException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{} is not compared with its baseline: {}", planned.label(), e.toString());
      return new BaselineOutputs.Gone();
    }
  }

  /** A user's own network is evaluated by its own layers. */
  private static float[] outputs(
      PlannedStage planned, Checkpoints checkpoints, StageResult.Done done, Dataset data)
      throws IOException {
    if (planned.root() instanceof Load) {
      try (TrainableNetwork network = checkpoints.network(planned, done)) {
        return BaselineOutputs.first(Evaluation.floats(network), data);
      }
    }
    try (OpenedState opened = checkpoints.open(planned, done)) {
      return BaselineOutputs.first(Evaluation.floats(opened.predicting()), data);
    }
  }

  private static float @Nullable [] known(Key key) {
    synchronized (OUTPUTS) {
      return OUTPUTS.get(key);
    }
  }

  private static void keep(Key key, float[] outputs) {
    synchronized (OUTPUTS) {
      OUTPUTS.put(key, outputs);
      if (OUTPUTS.size() > KEPT) {
        OUTPUTS.remove(OUTPUTS.keySet().iterator().next());
      }
    }
  }
}
