package dev.espalier.sweep.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.mlflow.LiveTracking;
import dev.espalier.sweep.mlflow.TrackingUri;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.report.RunOutputs;
import dev.espalier.sweep.run.HashRunner;
import dev.espalier.sweep.run.Listeners;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.run.ProcessorTime;
import dev.espalier.sweep.run.Sweep;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.spark.SparkExecutor;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.terminal.Paint;
import dev.espalier.sweep.terminal.ProgressView;
import dev.espalier.sweep.terminal.Terminal;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageRunner;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A large sweep in a process of its own, as {@code espalier run} carries it out: planner,
 * scheduler, Spark in local mode, checkpoint store, journal, progress on a terminal, MLflow. Only
 * the networks are none: a stage hashes and sleeps.
 */
final class ScaleProcess implements SweepListener {
  private static final int SCOPES = 2;
  private static final int EPOCHS = 10;
  private static final int CENTROIDS = 20;

  /** Trials come in multiples of this. */
  static final int STEP = SCOPES * EPOCHS * CENTROIDS;

  static final DataFacts DATA =
      new DataFacts("shapes", "simulated", 32, 32, 3, 4, 2000, 1000, 1000);

  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final long millis;
  private long started;

  private ScaleProcess(long millis) {
    this.millis = millis;
  }

  /**
   * Runs or resumes a sweep and prints its figures as one line of JSON, the last of its output.
   *
   * @param args the folder; how many trials, a multiple of {@link #STEP}; slots; milliseconds that
   *     an epoch takes, and any other stage; {@code embedded} or {@code none} for MLflow
   */
  public static void main(String[] args) throws Exception {
    Logs.configure();
    String tracking = args[4].equals("none") ? TrackingUri.LATER : null;
    new ScaleProcess(Long.parseLong(args[3]))
        .run(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), tracking);
    System.exit(0);
  }

  private void run(Path folder, int trials, int slots, @Nullable String trackingUri)
      throws Exception {
    long begin = System.nanoTime();
    SweepSpec spec = spec(trials);
    Plan plan = Plan.of(spec, DATA);
    figures.put("trials", plan.trials().size());
    figures.put("stages", plan.stages().size());
    figures.put("plan_seconds", seconds(begin));
    Logs.into(folder);
    RunDirectory directory = RunDirectory.create(folder);
    Path notes = folder.resolve("notes");
    HashRunner runner = HashRunner.faultless(directory.store(), notes, millis);
    begin = System.nanoTime();
    PrintWriter nobody = new PrintWriter(Writer.nullWriter());
    RunOutputs outputs = new RunOutputs(Main.VERSION);
    try (ProgressView view =
            new ProgressView(
                nobody, new Terminal.Size(120, 40), new Paint(true), spec, System::nanoTime);
        LiveTracking tracking =
            new LiveTracking(directory, spec, trackingUri, outputs::confidence)) {
      Outcome outcome =
          new Sweep(
                  spec,
                  plan,
                  directory,
                  () -> SparkExecutor.local(slots, new Counting(runner, slots)),
                  HashRunner.HERE,
                  new Sweep.Options(false, false, stage -> 0.1, null, null),
                  new Listeners(List.of(view, outputs, tracking, this)))
              .run();
      figures.put("completed", outcome.completed().size());
      figures.put("sweep_seconds", seconds(begin));
      figures.put("problem", tracking.problem().orElse(""));
      figures.put("with_mlflow_seconds", seconds(begin));
      figures.put("cpu_seconds", ProcessorTime.seconds());
      figures.put("most_at_a_time", Counting.MOST.get());
      figures.put("peak_heap_mib", peakHeap() >> 20);
    }
    for (String journal : List.of("stages.jsonl", "results.jsonl")) {
      figures.put(journal, Files.size(folder.resolve(journal)));
    }
    System.out.println(new ObjectMapper().writeValueAsString(figures));
  }

  /**
   * Counts how many stages run at a time in this process. Clusterings, of which there are many,
   * wait for each other until all slots are at work once, or for a minute in vain.
   */
  private record Counting(StageRunner runner, int slots) implements StageRunner {
    private static final AtomicInteger NOW = new AtomicInteger();
    private static final AtomicInteger MOST = new AtomicInteger();
    private static final CountDownLatch FULL = new CountDownLatch(1);

    @Override
    public StageResult run(PlannedStage stage) throws InterruptedException {
      int now = NOW.incrementAndGet();
      MOST.accumulateAndGet(now, Math::max);
      if (now == slots) {
        FULL.countDown();
      }
      try {
        if (stage.label().startsWith("cluster")) {
          var unused = FULL.await(1, TimeUnit.MINUTES);
        }
        return runner.run(stage);
      } finally {
        NOW.decrementAndGet();
      }
    }
  }

  @Override
  public void planned(Outlook outlook) {
    figures.put("to_run", outlook.toRun().size());
    long units = outlook.toRun().stream().mapToLong(s -> units(outlook.plan(), s)).sum();
    figures.put("ideal_seconds", units * millis / 1000.0 / outlook.slots());
  }

  private static int units(Plan plan, PlannedStage stage) {
    return Math.max(1, plan.ownEpochs(stage));
  }

  @Override
  public void stageStarted(PlannedStage stage) {
    started = started == 0 ? System.nanoTime() : started;
  }

  @Override
  public void stageFinished(PlannedStage stage, StageResult result) {
    figures.put("stages_seconds", seconds(started));
  }

  static SweepSpec spec(int trials) throws ConfigException {
    String yaml =
        """
        name: scale
        dataset: {name: shapes, validation: 1000}
        model: {architecture: resnet18, width: 0.25}
        baseline: {epochs: 1, batch: 32, learning-rate: 0.01}
        fine-tune: {learning-rate: 0.01}
        grid:
          sparsity: [%s]
          scope: [flat, layerwise]
          fine-tune-epochs: [%s]
          centroids: [none, %s]
        """
            .formatted(
                list(1, trials / STEP, "0.%03d"), list(0, EPOCHS - 1, "%d"), list(2, 20, "%d"));
    return SpecFile.parse("scale.yaml", yaml, List.of());
  }

  private static String list(int from, int to, String format) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(format::formatted)
        .collect(Collectors.joining(", "));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** The most that each part of the heap held, garbage included. */
  static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }
}
