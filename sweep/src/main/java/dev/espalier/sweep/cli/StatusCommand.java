package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.terminal.Paint;
import dev.espalier.sweep.terminal.Terminal;
import dev.espalier.sweep.terminal.WatchedScreen;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier status}: shows what is done, running, failed and left. */
@Command(
    name = "status",
    description = "Shows which parts of a sweep are done, running, failed and left.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder of a sweep, or its address.")
  private String folder = "";

  @Option(
      names = "--watch",
      description = "Show the same view as run until all work is done; Ctrl-C stops only the view.")
  private boolean watch;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    RunDirectory directory = RunDirectory.existing(folder);
    if (watch) {
      new WatchedScreen(command.commandLine().getOut(), Terminal.size(), Terminal.paint())
          .watch(directory);
    }
    say(SweepSnapshot.read(directory));
    return Main.DONE;
  }

  private void say(SweepSnapshot finished) throws IOException {
    PrintWriter out = command.commandLine().getOut();
    Paint paint = Terminal.paint();
    List<String> running = finished.labels(finished.stagesRunning());
    out.printf(
        "stages: %d done, %d running, %d failed, %d left%n",
        finished.stagesDone(),
        running.size(),
        finished.stagesFailed().size(),
        finished.stagesLeft().size() - running.size());
    long completed = finished.trials().stream().filter(trial -> trial.completed()).count();
    out.printf(
        "trials: %d completed, %d failed, %d left%n",
        completed,
        finished.trials().size() - completed,
        finished.plan().trials().size() - finished.trials().size());
    running.forEach(label -> out.println("running: " + label));
    finished.failures().forEach(failure -> out.println(paint.failure("failed: " + failure)));
    out.flush();
  }
}
