package dev.espalier.sweep.cli;

import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.report.Report;
import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.SweepListener;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a run leaves when it ends, while the folder is still locked: the files of the front, the
 * report, and the end of tracking; and what the table that follows needs.
 */
final class Conclusion implements SweepListener {
  private final Tracking tracking;
  private @Nullable Finished sweep;
  private @Nullable Confidence confidence;

  Conclusion(Tracking tracking) {
    this.tracking = tracking;
  }

  /** The sweep as it stands in its folder, once it has ended. */
  Finished sweep() {
    return Objects.requireNonNull(sweep, "the sweep has not ended");
  }

  /** How sure the front of {@link #sweep} is. */
  Confidence confidence() {
    return Objects.requireNonNull(confidence, "the sweep has not ended");
  }

  @Override
  public void finished(Outcome outcome, Finished finished) throws IOException {
    Confidence sure = finished.confidence();
    finished.writeFront(sure);
    finished.directory().replace(Report.NAME, Report.of(finished, sure, Main.VERSION));
    tracking.finish(finished, sure);
    sweep = finished;
    confidence = sure;
  }
}
