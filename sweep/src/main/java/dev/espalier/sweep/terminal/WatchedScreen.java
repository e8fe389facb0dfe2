package dev.espalier.sweep.terminal;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.results.SweepSnapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A live view of a sweep that another process runs, fed by the sweep's folder: on a terminal drawn
 * again every second, elsewhere one line whenever something has changed.
 *
 * @param size of the terminal
 */
public record WatchedScreen(PrintWriter out, Terminal.Size size, Paint paint) {
  private static final long PERIOD_MILLIS = 1_000;
  private static final int LINE = 100;

  /** Watches until nothing is left to do. */
  public void watch(RunDirectory directory) throws IOException, InterruptedException {
    LiveScreen screen = new LiveScreen(out, paint);
    Thread hook = new Thread(screen::leave, "espalier-leave");
    Runtime.getRuntime().addShutdownHook(hook);
    SweepWatch watch = new SweepWatch(System::nanoTime);
    String told = "";
    while (true) {
      long start = System.nanoTime();
      SweepSnapshot sweep = SweepSnapshot.read(directory);
      Set<String> atWork = sweep.stagesRunning();
      if (sweep.stagesLeft().isEmpty()) {
        break;
      }
      LiveState state = watch.look(sweep, atWork);
      if (size.isTerminal()) {
        screen.draw(LiveView.lines(state, size));
      } else {
        String line = LiveView.progress(state, LINE);
        if (!line.equals(told)) {
          out.println(line);
          out.flush();
        }
        told = line;
      }
      // No more than a tenth of the time goes into reading the journals of thousands of trials.
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      Thread.sleep(Math.max(PERIOD_MILLIS, 9 * took));
    }
    screen.clear();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
