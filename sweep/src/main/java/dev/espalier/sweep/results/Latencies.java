package dev.espalier.sweep.results;

import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.RunLock;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.workers.storage.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The latencies measured after a sweep, {@code latency.jsonl}: one line per measurement, of which
 * the last of a trial counts. The sweep is locked meanwhile, because a run beside it would distort
 * the measurement.
 */
public final class Latencies implements AutoCloseable {
  static final String NAME = "latency.jsonl";

  private final RunLock lock;
  private final Map<String, TrialLatency> trials;

  private Latencies(RunLock lock) throws IOException {
    this.lock = lock;
    trials = read(lock.directory());
  }

  /**
   * Gets ready to add some.
   *
   * @throws RefusedException if a run is at work
   * @throws StorageException if nothing can be written there
   */
  public static Latencies open(RunDirectory directory) throws IOException {
    directory.files().check();
    return new Latencies(Journal.lock(directory));
  }

  /**
   * What was measured so far, by trial.
   *
   * @throws RefusedException if a line cannot be read
   */
  public static Map<String, TrialLatency> read(RunDirectory directory) throws IOException {
    Map<String, TrialLatency> trials = new LinkedHashMap<>();
    if (directory.files().exists(NAME)) {
      List<String> lines = directory.read(NAME).lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        try {
          TrialLatency latency = TrialLatency.read(lines.get(i));
          trials.put(latency.trial(), latency);
        } catch (IllegalArgumentException e) {
          throw new RefusedException(
              "%s:%d: must be a line of `espalier measure`, found %s; remove the file and measure again"
                  .formatted(directory.place(NAME), i + 1, e.getMessage()),
              e);
        }
      }
    }
    return trials;
  }

  /**
   * A sweep with nothing but the trials that were measured, that being among their metrics.
   *
   * @throws RefusedException if they cannot be compared, being of different machines
   */
  public static SweepSnapshot join(SweepSnapshot sweep) throws IOException {
    Map<String, TrialLatency> latencies = read(sweep.directory());
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
                      sweep.directory().place(NAME),
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
    Map<String, TrialLatency> latencies = read(sweep.directory());
    List<TrialResult> trials = new ArrayList<>();
    for (TrialResult trial : sweep.trials()) {
      TrialLatency latency = latencies.get(trial.trial());
      trials.add(latency != null && trial.completed() ? trial.with(latency.metrics()) : trial);
    }
    boolean compare =
        latencies.values().stream()
            .allMatch(latency -> latency.comparesWith(latencies.values().iterator().next()));
    return compare ? sweep.with(trials) : sweep;
  }

  /** Writes one down, in place of an earlier one of its trial. */
  public void add(TrialLatency latency) throws IOException {
    lock.requireHeld();
    trials.put(latency.trial(), latency);
    String lines =
        trials.values().stream().map(t -> t.write() + "\n").collect(Collectors.joining());
    lock.directory().replace(NAME, lines);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
