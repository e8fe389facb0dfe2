package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.terminal.Paint;
import dev.espalier.sweep.terminal.Terminal;
import dev.espalier.sweep.terminal.WatchedScreen;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier status}: what is done, running, failed, left. */
@Command(
    name = "status",
    description = "Says what is done, running, failed and left of a sweep.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder of a sweep, or its address.")
  private String folder = "";

  @Option(
      names = "--watch",
      description =
          "Show it as run does, until nothing is left to do; Ctrl-C ends the watching alone.")
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
    Set<String> left = finished.stagesLeft();
    List<String> running = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    Set<String> atWork = finished.stagesRunning();
    for (PlanFile.StageEntry stage : finished.plan().stages()) {
      StageId id = new StageId(stage.id());
      if (finished.stages().get(id) instanceof StageResult.Failed failure) {
        failed.add(stage.label() + ": " + failure.reason());
      } else if (atWork.contains(stage.id())) {
        running.add(stage.label());
      }
    }
    int stages = finished.plan().stages().size();
    out.printf(
        "stages: %d done, %d running, %d failed, %d left%n",
        stages - left.size() - finished.stagesFailed().size(),
        running.size(),
        finished.stagesFailed().size(),
        left.size() - running.size());
    long completed = finished.trials().stream().filter(trial -> trial.completed()).count();
    out.printf(
        "trials: %d completed, %d failed, %d left%n",
        completed,
        finished.trials().size() - completed,
        finished.plan().trials().size() - finished.trials().size());
    running.forEach(label -> out.println("running: " + label));
    failed.forEach(label -> out.println(paint.failure("failed: " + label)));
    out.flush();
  }
}
