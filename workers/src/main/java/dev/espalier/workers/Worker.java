package dev.espalier.workers;

import dev.espalier.workers.checkpoint.Attempt;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.measure.Evaluation;
import dev.espalier.workers.measure.Measurement;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.stage.Metrics;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageResult;
import dev.espalier.workers.stage.StageRunner;
import dev.espalier.workers.train.DivergedException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs one stage: parent checkpoint in; checkpoint and metrics out. The network is closed when the
 * stage ends, so a worker that runs thousands of stages needs no more memory than for the largest.
 *
 * @param stages the folder of the checkpoints
 * @param dataDir where data sets lie; null if only sets that need no files are used
 */
public record Worker(String stages, @Nullable String dataDir) implements StageRunner {

  @Override
  public StageResult run(PlannedStage planned) throws InterruptedException {
    long start = System.nanoTime();
    try {
      CheckpointStore store = new CheckpointStore(Path.of(stages));
      Optional<StageResult.Done> committed = store.find(planned.id());
      return committed.isPresent() ? committed.get() : reach(planned, store, start);
    } catch (DivergedException e) {
      return failed(planned, StageResult.Cause.DIVERGED, String.valueOf(e.getMessage()), start);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | OutOfMemoryError | UnsatisfiedLinkError e) {
      return failed(planned, StageResult.Cause.ERROR, e.toString(), start);
    }
  }

  private StageResult.Done reach(PlannedStage planned, CheckpointStore store, long start)
      throws Exception {
    Dataset data =
        Datasets.load(planned.setup().source(), dataDir == null ? null : Path.of(dataDir));
    Checkpoints checkpoints = new Checkpoints(store);
    try (Attempt attempt = store.begin(planned.id());
        Checkpoints.Opened opened = checkpoints.open(planned)) {
      TrainableNetwork network = opened.network();
      State state =
          new StageWork(network, data, planned.setup(), opened.state()).apply(planned.stage());
      CompressedNetwork encoded = CompressedNetwork.encode(state.tensors());
      checkpoints.write(attempt, planned, state, encoded, network);
      Evaluation validation = Evaluation.of(network, data, Dataset.Split.VALIDATION);
      Evaluation test = Evaluation.of(network, data, Dataset.Split.TEST);
      Measurement size = Measurement.of(state.tensors(), state.prunable(), encoded);
      StageResult.Done done =
          new StageResult.Done(
              planned.id(),
              metrics(size, validation, test),
              state.curve(),
              size.layers(),
              Map.of("val", validation.correct(), "test", test.correct()),
              attempt.files(),
              Engine.environment(),
              secondsSince(start));
      return attempt.commit(done);
    }
  }

  private static Metrics metrics(Measurement size, Evaluation validation, Evaluation test) {
    Map<String, Double> values = new TreeMap<>(size.metrics().values());
    values.put(Metrics.VAL_ACCURACY, validation.accuracy());
    values.put(Metrics.VAL_LOSS, validation.loss());
    values.put(Metrics.TEST_ACCURACY, test.accuracy());
    values.put(Metrics.TEST_LOSS, test.loss());
    return new Metrics(values);
  }

  private static StageResult failed(
      PlannedStage planned, StageResult.Cause cause, String reason, long start) {
    return new StageResult.Failed(planned.id(), cause, reason, secondsSince(start));
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
