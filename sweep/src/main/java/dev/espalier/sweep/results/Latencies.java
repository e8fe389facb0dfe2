package dev.espalier.sweep.results;

import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.RunLock;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The latencies measured after a sweep, {@code latency.jsonl}: one line per measurement, of which
 * the last of a trial counts. The sweep is locked meanwhile, because a run beside it would distort
 * the measurement.
 */
public final class Latencies implements AutoCloseable {
  private final RunDirectory directory;
  private final @Nullable RunLock lock;
  private final Map<String, TrialLatency> trials;

  private Latencies(RunDirectory directory, @Nullable RunLock lock) throws IOException {
    this.directory = directory;
    this.lock = lock;
    trials = LatencyLines.read(directory);
  }

  /**
   * Gets ready to add some.
   *
   * @throws RefusedException if a run is at work
   * @throws StorageException if nothing can be written there
   */
  public static Latencies open(RunDirectory directory) throws IOException {
    directory.files().check();
    return new Latencies(directory, Journal.lock(directory));
  }

  /** Gets ready to add some in a sweep that this process has locked, and keeps locked meanwhile. */
  public static Latencies within(RunDirectory directory) throws IOException {
    return new Latencies(directory, null);
  }

  /**
   * A sweep with nothing but the trials that were measured, that being among their metrics.
   *
   * @throws RefusedException if they cannot be compared, being of different machines
   */
  public static SweepSnapshot join(SweepSnapshot sweep) throws IOException {
    Map<String, TrialLatency> latencies = LatencyLines.read(sweep.directory());
    List<TrialResult> joined = new ArrayList<>();
    TrialLatency first = null;
    for (TrialResult trial : sweep.trials()) {
      TrialLatency latency = latencies.get(trial.trial());
      if (latency != null && trial.completed()) {
        first = first == null ? latency : first;
        if (!latency.comparesWith(first)) {
          throw new RefusedException(
              "%s: must be of one machine and engine to be compared, found %s of %s, and %s of %s; measure both again on one"
                  .formatted(
                      sweep.directory().place(LatencyLines.NAME),
                      first.name(),
                      first.place(),
                      latency.name(),
                      latency.place()));
        }
        joined.add(trial.with(latency.metrics()));
      }
    }
    return sweep.with(joined);
  }

  /**
   * A sweep with latency among the metrics of the trials that were measured; as it is where that
   * was on several machines, which do not compare.
   *
   * @throws RefusedException if a line cannot be read
   */
  public static SweepSnapshot beside(SweepSnapshot sweep) throws IOException {
    return sweep.with(LatencyLines.beside(sweep.directory(), sweep.trials()));
  }

  /** What was measured of a trial; null where it was not. */
  public @Nullable TrialLatency of(TrialResult trial) {
    return trials.get(trial.trial());
  }

  /** Writes one down, in place of an earlier one of its trial. */
  public void add(TrialLatency latency) throws IOException {
    if (lock != null) {
      lock.requireHeld();
    }
    trials.put(latency.trial(), latency);
    String lines =
        trials.values().stream().map(t -> t.write() + "\n").collect(Collectors.joining());
    directory.replace(LatencyLines.NAME, lines);
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }
}
