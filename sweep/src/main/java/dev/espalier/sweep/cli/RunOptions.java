package dev.espalier.sweep.cli;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.mlflow.LiveTracking;
import dev.espalier.sweep.mlflow.TrackingUri;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.PlanSummary;
import dev.espalier.sweep.preparation.LatencyPass;
import dev.espalier.sweep.preparation.MeasuredEnd;
import dev.espalier.sweep.preparation.ShortTiming;
import dev.espalier.sweep.report.RunOutputs;
import dev.espalier.sweep.run.Footprint;
import dev.espalier.sweep.run.Listeners;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.StageExecutor;
import dev.espalier.sweep.run.Sweep;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.spark.ClusterConnection;
import dev.espalier.sweep.spec.ConfigFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.terminal.Formats;
import dev.espalier.sweep.terminal.ProgressView;
import dev.espalier.sweep.terminal.Terminal;
import dev.espalier.workers.Worker;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.storage.Storage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The options for running or resuming a sweep, shared by {@code run} and by {@code sensitivity},
 * which runs a generated sweep.
 */
final class RunOptions {
  @Mixin private SweepConfig config = new SweepConfig();
  @Mixin private ExecutionOptions execution = new ExecutionOptions();

  @Option(
      names = "--tracking-uri",
      paramLabel = "URI",
      description =
          "An MLflow server (default: $MLFLOW_TRACKING_URI, else a server in this process that stores runs in the folder of the sweep); none: send nothing now, but later with espalier track.")
  private @Nullable String trackingUri;

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Start no stage after this time, such as 2h or 45m; the next run continues.")
  private @Nullable Duration maxTime;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "Like --max-time, in an order that makes the front useful early: ends and middle of each"
              + " axis first.")
  private @Nullable Duration budget;

  @Option(
      names = "--stage-limit",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "A stage that runs longer fails.")
  private @Nullable Duration stageLimit;

  @Option(names = "--retry-failed", description = "Try failed stages again.")
  private boolean retryFailed;

  @Option(
      names = "--measure",
      description =
          "Add metrics that earlier results lack, from their checkpoints, without training.")
  private boolean measure;

  @Option(
      names = "--allow-mixed",
      description = "Continue although earlier stages ran with another engine or instruction set.")
  private boolean allowMixed;

  @Option(
      names = "--open",
      description = "Serve the report while the sweep runs, and open it in the browser.")
  private boolean open;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** The config, after the options are checked. */
  ConfigFile read() throws ConfigException, UsageException {
    if (budget != null && maxTime != null) {
      throw new UsageException(
          "--budget: must not be given with --max-time, because it also limits the time");
    }
    execution.check();
    execution.hadoop().use();
    ConfigFile file = config.read();
    config.check();
    return file;
  }

  /** The address of the data sets; null if no folder was given and the default does not exist. */
  @Nullable String dataAddress() {
    return config.dataAddress();
  }

  /** The place of a sweep. */
  RunDirectory directory(SweepSpec spec) {
    return execution.out(spec);
  }

  /** Runs a sweep, prints the result and recommends a network; returns the exit code. */
  int run(ConfigFile file) throws Exception {
    return run(file, true);
  }

  /**
   * Runs a sweep and prints the result; returns the exit code.
   *
   * @param advise whether to recommend a network
   */
  int run(ConfigFile file, boolean advise) throws Exception {
    SweepSpec spec = file.spec();
    trackingUri = TrackingUri.of(trackingUri, System.getenv());
    RunDirectory directory = execution.out(spec);
    execution.checkDriver(directory, trackingUri);
    execution.requireAnswer();
    refuseOther(directory, spec);
    Plan plan = config.plan(file);
    Footprint.checkHeap(plan, Runtime.getRuntime().maxMemory());
    directory.checkWritable();
    Logs.into(directory.shared() ? Path.of("runs", spec.name()) : directory.root());
    Storage store = execution.store();
    if (store != null) {
      directory.useStore(store);
    }
    PrintWriter out = command.commandLine().getOut();
    out.println(
        "Sweep " + spec.name() + " in " + directory.address() + RunEnd.checkpoints(directory));
    PlanSummary.lines(plan).forEach(line -> out.println("  " + line));
    out.println("  engine: " + Engine.describe());
    out.flush();
    RunEnd end = new RunEnd(out, measure, trackingUri, config.givenData(), advise);
    return run(spec, plan, directory, end);
  }

  /** Checks the places that a run would write to, before anything is written or read. */
  private void refuseOther(RunDirectory directory, SweepSpec spec) throws Exception {
    directory.files().checkAnswers();
    directory.refuseOtherThan(spec);
    Storage store = execution.store();
    directory.refuseOtherThan(store);
    if (store != null) {
      store.check();
    } else if (!directory.hasOwnStore()) {
      directory.storage().check();
    }
  }

  private int run(SweepSpec spec, Plan plan, RunDirectory directory, RunEnd end) throws Exception {
    long resident = Footprint.resident(plan);
    RunOutputs outputs = new RunOutputs(Main.VERSION);
    try (ProgressView view = view(spec);
        LiveTracking tracking =
            new LiveTracking(directory, spec, trackingUri, outputs::confidence);
        OpenedPage page = open ? new OpenedPage(directory, view::say) : null;
        ClusterConnection early = execution.early(resident)) {
      Interruption interruption =
          new Interruption(
              () -> {
                view.say("Stopping; finished work is kept ...");
                tracking.stop();
              });
      Sweep sweep =
          new Sweep(
              spec,
              plan,
              directory,
              () -> interruption.watched(executor(directory, view, early, resident)),
              Engine.environment(),
              options(new ShortTiming(plan, execution.slots(resident), view::say)),
              new MeasuredEnd(
                  new Listeners(listeners(view, outputs, tracking, page)),
                  new LatencyPass(LatencyPass.USUAL_SECONDS, view::say)));
      return interruption.watch(
          () -> {
            Outcome outcome = sweep.run();
            tracking.problem().ifPresent(command.commandLine().getErr()::println);
            end.say(outcome, outputs.sweep(), outputs.confidence());
            return exitCode(outcome);
          });
    }
  }

  private Sweep.Options options(ShortTiming timing) {
    return new Sweep.Options(
        retryFailed,
        measure,
        allowMixed,
        budget != null,
        timing,
        budget == null ? maxTime : budget,
        stageLimit);
  }

  private static List<SweepListener> listeners(@Nullable SweepListener... some) {
    return Stream.of(some).filter(Objects::nonNull).<SweepListener>map(one -> one).toList();
  }

  private ProgressView view(SweepSpec spec) {
    PrintWriter out = command.commandLine().getOut();
    return new ProgressView(out, Terminal.size(), Terminal.paint(), spec, System::nanoTime);
  }

  private StageExecutor executor(
      RunDirectory directory, ProgressView view, @Nullable ClusterConnection early, long resident) {
    view.say("Starting Spark " + execution.describe() + " ...");
    Worker worker = new Worker(directory.store().root(), config.dataAddress());
    return execution.executor(early, worker, resident);
  }

  /** The exit code; failed trials count even if the time is over before the others are done. */
  static int exitCode(Outcome outcome) {
    if (outcome.ending() == Outcome.Ending.INTERRUPTED) {
      return Main.INTERRUPTED;
    }
    return outcome.failed().isEmpty() ? Main.DONE : Main.TRIALS_FAILED;
  }

  /** Reads {@code 2h}, {@code 45m}. */
  static final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        return Formats.parseDuration(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
