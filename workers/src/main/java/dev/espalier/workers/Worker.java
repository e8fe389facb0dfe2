package dev.espalier.workers;

import dev.espalier.workers.checkpoint.Attempt;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.facts.DivergedException;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.measure.BaselineOutputs;
import dev.espalier.workers.measure.Evaluation;
import dev.espalier.workers.measure.Measurements;
import dev.espalier.workers.measure.Subject;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageRunner;
import dev.espalier.workers.stage.State;
import dev.espalier.workers.storage.HadoopSettings;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one stage: parent checkpoint in; checkpoint and metrics out. The network is closed when the
 * stage ends, so a worker that runs thousands of stages needs no more memory than the largest of
 * them.
 *
 * @param stages the address of the checkpoints, as {@link CheckpointStore#at} takes it
 * @param dataDir the address where data sets lie, {@code --data}; null if only sets that need no
 *     files are used
 * @param hadoop the settings of the file systems of both
 * @param measurements of each state that is reached
 */
public record Worker(
    String stages, @Nullable String dataDir, HadoopSettings hadoop, Measurements measurements)
    implements StageRunner {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** A worker that uses the file system settings of this process, wherever it runs. */
  public Worker(String stages, @Nullable String dataDir, Measurements measurements) {
    this(stages, dataDir, HadoopSettings.current(), measurements);
  }

  /** The same with the standard measurements. */
  public Worker(String stages, @Nullable String dataDir) {
    this(stages, dataDir, Measurements.STANDARD);
  }

  @Override
  public StageResult run(PlannedStage planned) throws InterruptedException {
    long start = System.nanoTime();
    hadoop.use();
    try {
      CheckpointStore store = CheckpointStore.at(stages);
      Optional<StageResult.Done> committed = store.find(planned.id());
      if (committed.isEmpty()) {
        return reach(planned, store, start);
      }
      StageResult.Done before = committed.get();
      if (!before.isMeasuredAsNow()) {
        return measureAgain(planned, store, before);
      }
      return measurements.areIn(before.metrics()) ? before : complete(planned, store, before);
    } catch (DivergedException e) {
      return failed(planned, StageResult.Cause.DIVERGED, String.valueOf(e.getMessage()), start);
    } catch (InterruptedException e) {
      throw e;
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      return interrupted(planned, e, start);
    } catch (StorageException e) {
      return failed(planned, StageResult.Cause.STORE, String.valueOf(e.getMessage()), start);
    } catch (Exception | OutOfMemoryError | UnsatisfiedLinkError e) {
      return failed(planned, StageResult.Cause.ERROR, e.toString(), start);
    }
  }

  private StageResult.Done reach(PlannedStage planned, CheckpointStore store, long start)
      throws Exception {
    Dataset data = data(planned);
    Checkpoints checkpoints = new Checkpoints(store);
    BaselineOutputs baseline = Baselines.of(planned, store, data);
    try (Attempt attempt = store.begin(planned.id());
        OpenedState opened = checkpoints.open(planned)) {
      opened.state().requireFinite();
      State state = new StageWork(opened, data, planned.setup()).apply(planned.stage());
      state.requireFinite();
      CompressedNetwork encoded = CompressedNetwork.encode(state.tensors(), state.kernelScales());
      checkpoints.write(attempt, planned, opened, encoded);
      try (Subject subject = new Subject(opened.predicting(), data, state, encoded, baseline)) {
        Metrics metrics = measurements.of(subject);
        return attempt.commit(
            new StageResult.Done(
                planned.id(),
                metrics,
                state.curve(),
                subject.layers(),
                correct(subject),
                attempt.files(),
                Engine.environment(),
                secondsSince(start)));
      }
    }
  }

  /** Measures a state that another version of the program reached and measured. */
  private StageResult.Done measureAgain(
      PlannedStage planned, CheckpointStore store, StageResult.Done before) throws Exception {
    Dataset data = data(planned);
    Checkpoints checkpoints = new Checkpoints(store);
    BaselineOutputs baseline = Baselines.of(planned, store, data);
    try (Attempt attempt = store.begin(planned.id());
        OpenedState opened = checkpoints.open(planned, before)) {
      State state = opened.state();
      state.requireFinite();
      CompressedNetwork encoded = CompressedNetwork.encode(state.tensors(), state.kernelScales());
      checkpoints.keep(attempt, before, state, encoded);
      try (Subject subject = new Subject(opened.predicting(), data, state, encoded, baseline)) {
        Metrics metrics = measurements.of(subject);
        return attempt.commit(
            new StageResult.Done(
                planned.id(),
                metrics,
                before.curve(),
                subject.layers(),
                correct(subject),
                attempt.files(),
                before.environment(),
                before.seconds()));
      }
    }
  }

  /**
   * Adds the metrics that a result of an older program lacks. Its other metrics and its files stay
   * unchanged; if the files cannot be read, so does the result.
   */
  private StageResult.Done complete(
      PlannedStage planned, CheckpointStore store, StageResult.Done before) throws Exception {
    try {
      return completed(planned, store, before);
    } catch (InterruptedException
        | InterruptedIOException
        | ClosedByInterruptException
        | StorageException e) {
      throw e;
    } catch (Exception e) {
      LOG.warn("{} keeps the metrics that it has: {}", planned.label(), e.toString());
      return before;
    }
  }

  private StageResult.Done completed(
      PlannedStage planned, CheckpointStore store, StageResult.Done before) throws Exception {
    Dataset data = data(planned);
    BaselineOutputs baseline = Baselines.of(planned, store, data);
    try (Attempt attempt = store.begin(planned.id());
        OpenedState opened = new Checkpoints(store).open(planned, before)) {
      State state = opened.state();
      CompressedNetwork encoded = CompressedNetwork.encode(state.tensors(), state.kernelScales());
      before.files().forEach(attempt::keep);
      try (Subject subject = new Subject(opened.predicting(), data, state, encoded, baseline)) {
        return attempt.commit(before.with(measurements.completed(before.metrics(), subject)));
      }
    }
  }

  private static Map<String, String> correct(Subject subject)
      throws DivergedException, InterruptedException {
    Evaluation validation = subject.evaluation(Dataset.Split.VALIDATION);
    Evaluation test = subject.evaluation(Dataset.Split.TEST);
    return validation.isKnown()
        ? Map.of("val", validation.correct(), "test", test.correct())
        : Map.of();
  }

  private Dataset data(PlannedStage planned) throws DataException, IOException {
    Dataset data = Datasets.loadFrom(planned.setup().source(), dataDir);
    String expected = planned.setup().data().digest();
    if (!data.facts().digest().equals(expected)) {
      throw new DataException(
          "%s must be the images that the sweep was planned with, digest %s, found %s; give every machine the same files"
              .formatted(data.facts().name(), expected, data.facts().digest()));
    }
    return data.normalizedBy(planned.normalization());
  }

  /** An interrupt while reading or writing; a timeout has the same exception type. */
  private static StageResult interrupted(PlannedStage planned, IOException e, long start)
      throws InterruptedException {
    if (e instanceof SocketTimeoutException) {
      return failed(planned, StageResult.Cause.ERROR, e.toString(), start);
    }
    Thread.interrupted();
    throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
  }

  private static StageResult failed(
      PlannedStage planned, StageResult.Cause cause, String reason, long start) {
    return new StageResult.Failed(planned.id(), cause, reason, secondsSince(start));
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
