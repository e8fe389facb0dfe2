package dev.espalier.sweep.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.SlowFileSystem;
import dev.espalier.sweep.mlflow.LiveTracking;
import dev.espalier.sweep.mlflow.TrackingUri;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.report.RunOutputs;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.HashRunner;
import dev.espalier.sweep.run.InProcessExecutor;
import dev.espalier.sweep.run.Listeners;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.ProcessorTime;
import dev.espalier.sweep.run.Sweep;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.terminal.Paint;
import dev.espalier.sweep.terminal.ProgressView;
import dev.espalier.sweep.terminal.Terminal;
import dev.espalier.workers.stage.StageRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A large sweep at an address in a process of its own: planner, scheduler, journal, the lines of a
 * driver without a terminal, front and report. Stages run in threads and leave a folder for their
 * checkpoint alone: Spark, and what executors write, is not what is measured.
 */
final class StoreScaleProcess implements SweepListener {
  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final long begin = System.nanoTime();
  private long planned;
  private long requestsBefore;

  private StoreScaleProcess() {}

  /**
   * Starts, runs or resumes a sweep and prints its figures as one line of JSON, the last of its
   * output.
   *
   * @param args the address; how many trials, a multiple of {@link ScaleProcess#STEP}; slots;
   *     {@code run}, or {@code start} to end before the first stage
   */
  public static void main(String[] args) throws Exception {
    Logs.configure();
    new StoreScaleProcess()
        .run(
            RunDirectory.at(args[0]),
            Integer.parseInt(args[1]),
            Integer.parseInt(args[2]),
            args[3].equals("start") ? Duration.ZERO : null);
    System.exit(0);
  }

  private void run(RunDirectory directory, int trials, int slots, @Nullable Duration maxTime)
      throws Exception {
    SweepSpec spec = ScaleProcess.spec(trials);
    Plan plan = Plan.of(spec, ScaleProcess.DATA);
    figures.put("trials", plan.trials().size());
    figures.put("stages", plan.stages().size());
    figures.put("plan_seconds", seconds(begin));
    Path stages = Path.of(URI.create(directory.address()).getPath(), "stages");
    StageRunner runner =
        stage -> {
          makeFolder(stages.resolve(stage.id().hex()));
          return HashRunner.elsewhere(stage);
        };
    PrintWriter nobody = new PrintWriter(Writer.nullWriter());
    RunOutputs outputs = new RunOutputs(Main.VERSION);
    try (ProgressView view =
            new ProgressView(nobody, Terminal.Size.NONE, new Paint(false), spec, System::nanoTime);
        LiveTracking tracking =
            new LiveTracking(directory, spec, TrackingUri.LATER, outputs::confidence)) {
      Outcome outcome =
          new Sweep(
                  spec,
                  plan,
                  directory,
                  () -> new InProcessExecutor(slots, runner),
                  HashRunner.HERE,
                  new Sweep.Options(false, false, stage -> 0.1, maxTime, null),
                  new Listeners(List.of(view, this, outputs, tracking)))
              .run();
      figures.put("completed", outcome.completed().size());
      figures.put("whole_seconds", seconds(begin));
      figures.put("whole_requests", SlowFileSystem.requests());
      figures.put("cpu_seconds", ProcessorTime.seconds());
      figures.put("peak_heap_mib", ScaleProcess.peakHeap() >> 20);
    }
    System.out.println(new ObjectMapper().writeValueAsString(figures));
  }

  /** As another machine leaves it. */
  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void planned(Outlook outlook) {
    figures.put("to_run", outlook.toRun().size());
    figures.put("start_seconds", seconds(begin));
    figures.put("start_cpu_seconds", ProcessorTime.seconds());
    figures.put("start_requests", SlowFileSystem.requests());
    planned = System.nanoTime();
    requestsBefore = SlowFileSystem.requests();
  }

  @Override
  public void finished(Outcome outcome, SweepSnapshot finished) {
    figures.put("stages_seconds", seconds(planned));
    figures.put("stages_requests", SlowFileSystem.requests() - requestsBefore);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
