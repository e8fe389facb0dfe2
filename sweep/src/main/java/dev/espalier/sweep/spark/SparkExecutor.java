package dev.espalier.sweep.spark;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.run.StageExecutor;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageRunner;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.util.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each stage as a Spark job of one task, so that a stage is scheduled, shown, cancelled and
 * lost by itself. The runner travels to the task; errors come back as results.
 */
public final class SparkExecutor implements StageExecutor {
  private static final String LOCAL = "127.0.0.1";
  private static final Logger LOG = LoggerFactory.getLogger(SparkExecutor.class);
  private static final Pattern EXECUTOR_DIED =
      Pattern.compile(
          "ExecutorLostFailure \\(executor .* exited caused by one of the running tasks\\) Reason: (.*)");
  private static final AtomicLong EXECUTORS = new AtomicLong();

  private final JavaSparkContext spark;
  private final IntSupplier slots;
  private final StageRunner runner;
  private final TaskStarts starts = new TaskStarts();
  private final AtomicLong jobs = new AtomicLong();

  private SparkExecutor(JavaSparkContext spark, IntSupplier slots, StageRunner runner) {
    this.spark = spark;
    this.slots = slots;
    this.runner = runner;
    spark.sc().addSparkListener(starts);
  }

  /**
   * Starts Spark in this process, reachable from this machine only.
   *
   * @param slots stages at a time; never more than there are cores
   */
  public static SparkExecutor local(int slots, StageRunner runner) {
    int used = Math.max(1, Math.min(slots, Runtime.getRuntime().availableProcessors()));
    // Spark resolves this machine's host name even where it is not used, and many do not resolve.
    Utils.setCustomHostname(LOCAL);
    SparkConf settings =
        SparkCluster.everywhere(new SparkConf())
            .setMaster("local[" + used + "]")
            .setAppName("espalier")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", LOCAL)
            .set("spark.driver.bindAddress", LOCAL);
    LocalStages stages = new LocalStages(EXECUTORS.incrementAndGet(), runner);
    return new SparkExecutor(new JavaSparkContext(settings), () -> used, stages);
  }

  /**
   * Takes the executors of a Spark cluster; closes the connection in the end.
   *
   * @throws RefusedException if they cannot be used; nothing has been run there then
   */
  public static SparkExecutor on(ClusterConnection connection, StageRunner runner) {
    ReadyExecutors executors = ReadyExecutors.of(connection);
    return new SparkExecutor(executors.spark(), executors.slots(), runner);
  }

  @Override
  public int slots() {
    return slots.getAsInt();
  }

  /**
   * {@inheritDoc}
   *
   * <p>A stage whose executor died is run once more, alone in an executor: the death may have been
   * a neighbour's, and the next one is its own.
   */
  @Override
  public StageResult run(PlannedStage stage, Runnable started) throws InterruptedException {
    long start = System.nanoTime();
    try {
      return attempt(stage, 1, spark.parallelize(List.of(stage), 1), started);
    } catch (ExecutionException first) {
      try {
        return attempt(stage, 2, alone(spark.parallelize(List.of(stage), 1)), started);
      } catch (ExecutionException second) {
        return failed(stage, reason(second), (System.nanoTime() - start) / 1e9);
      }
    }
  }

  private StageResult attempt(
      PlannedStage stage, int attempt, JavaRDD<PlannedStage> task, Runnable started)
      throws InterruptedException, ExecutionException {
    String group = stage.id().brief() + "-" + jobs.incrementAndGet();
    StageRunner travelling = runner;
    starts.tell(group, started);
    spark.setJobGroup(group, stage.label(), true);
    JavaFutureAction<List<StageResult>> job =
        task.map(planned -> run(travelling, planned, attempt)).collectAsync();
    try {
      return job.get().get(0);
    } catch (InterruptedException e) {
      // cancelJobGroup alone would miss a job that is not yet active.
      spark.sc().cancelJobGroupAndFutureJobs(group);
      throw e;
    } catch (ExecutionException e) {
      if (spark.sc().isStopped()) {
        throw new InterruptedException("Spark was shut down");
      }
      throw e;
    } finally {
      starts.forget(group);
    }
  }

  /** Takes all cores of an executor, so that nothing else runs in it. */
  private JavaRDD<PlannedStage> alone(JavaRDD<PlannedStage> task) {
    SparkConf settings = spark.getConf();
    if (SparkCluster.slotsOfAnExecutor(settings) == 1) {
      return task;
    }
    int cores = settings.getInt(SparkCluster.CORES, 1);
    return task.withResources(
        new ResourceProfileBuilder().require(new TaskResourceRequests().cpus(cores)).build());
  }

  /** Runs where the stage runs: the log of an executor says what it worked at. */
  private static StageResult run(StageRunner runner, PlannedStage stage, int attempt)
      throws InterruptedException {
    LOG.info("started {}, stage {}, attempt {}", stage.label(), stage.id().brief(), attempt);
    StageResult result = runner.run(stage);
    if (result instanceof StageResult.Failed failed) {
      LOG.warn("failed {}: {}", stage.label(), failed.reason());
    } else {
      LOG.info("done {} in {} s", stage.label(), result.seconds());
    }
    return result;
  }

  /**
   * A process that the stage took down each time would be taken down again. One that was lost with
   * its machine does not count here, and Spark tries again by itself.
   *
   * @param reason of the second failure
   */
  private static StageResult failed(PlannedStage stage, String reason, double seconds) {
    Matcher death = EXECUTOR_DIED.matcher(reason);
    return death.find()
        ? new StageResult.Failed(
            stage.id(),
            StageResult.Cause.CRASHED,
            "crashed the JVM of its executor 2 times; its log says why; --retry-failed tries it again (Spark says: %s)"
                .formatted(death.group(1)),
            seconds)
        : new StageResult.Failed(stage.id(), StageResult.Cause.ERROR, reason, seconds);
  }

  /** The first line: Spark's messages go on with the stack traces of executors. */
  private static String reason(ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.toString());
  }

  @Override
  public void close() {
    spark.close();
    if (runner instanceof LocalStages stages) {
      stages.stop();
    }
  }
}
