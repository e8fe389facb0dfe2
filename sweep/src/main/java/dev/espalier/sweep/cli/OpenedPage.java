package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.report.ReportServer;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.SweepListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The page of {@code run --open}: served from the end of planning until the run is over. */
final class OpenedPage implements SweepListener, AutoCloseable {
  private final RunDirectory directory;
  private final Consumer<String> say;
  private @Nullable ReportServer server;

  /**
   * @param say prints a line
   */
  OpenedPage(RunDirectory directory, Consumer<String> say) {
    this.directory = directory;
    this.say = say;
  }

  @Override
  public void planned(Outlook outlook) {
    try {
      ReportServer started = ReportServer.start(directory, 0, Main.VERSION);
      server = started;
      say.accept("The report, while this command runs: " + started.address());
      SystemBrowser.open(started.address());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void finished(Outcome outcome, SweepSnapshot finished) throws IOException {
    if (server != null) {
      try {
        server.letPagesCatchUp();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
