package dev.espalier.sweep.report;

import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.SweepListener;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The files that a run writes when it ends, while the folder is still locked: the front and the
 * report. It keeps what they were made from.
 */
public final class RunOutputs implements SweepListener {
  private final String program;
  private @Nullable SweepSnapshot sweep;
  private @Nullable Confidence confidence;

  /**
   * @param program its version, which the report shows
   */
  public RunOutputs(String program) {
    this.program = program;
  }

  /** The sweep as it stands in its folder, once it has ended. */
  public SweepSnapshot sweep() {
    return Objects.requireNonNull(sweep, "the sweep has not ended");
  }

  /** The confidence of the front of {@link #sweep}. */
  public Confidence confidence() {
    return Objects.requireNonNull(confidence, "the sweep has not ended");
  }

  @Override
  public void finished(Outcome outcome, SweepSnapshot finished) throws IOException {
    Confidence sure = finished.confidence();
    finished.writeFront(sure);
    finished.directory().replace(Report.NAME, Report.of(finished, sure, program));
    sweep = finished;
    confidence = sure;
  }
}
