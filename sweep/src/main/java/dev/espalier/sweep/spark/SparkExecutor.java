package dev.espalier.sweep.spark;

import dev.espalier.sweep.run.RefusedException;
import dev.espalier.sweep.run.StageExecutor;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageResult;
import dev.espalier.workers.stage.StageRunner;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
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
          " failed (\\d+) times, .*ExecutorLostFailure \\(executor .* exited caused by one of the running tasks\\) Reason: (.*)");
  private static final AtomicLong EXECUTORS = new AtomicLong();

  private final JavaSparkContext spark;
  private final int slots;
  private final StageRunner runner;
  private final TaskStarts starts = new TaskStarts();
  private final AtomicLong jobs = new AtomicLong();

  private SparkExecutor(JavaSparkContext spark, int slots, StageRunner runner) {
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
        same(new SparkConf())
            .setMaster("local[" + used + "]")
            .setAppName("espalier")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", LOCAL)
            .set("spark.driver.bindAddress", LOCAL);
    LocalStages stages = new LocalStages(EXECUTORS.incrementAndGet(), runner);
    return new SparkExecutor(new JavaSparkContext(settings), used, stages);
  }

  /**
   * Takes the executors of a Spark cluster; closes the connection in the end.
   *
   * @throws RefusedException if they cannot be used; nothing has been run there then
   */
  public static SparkExecutor on(Connection connection, StageRunner runner) {
    Joined joined = Joined.by(connection);
    return new SparkExecutor(joined.spark(), joined.slots(), runner);
  }

  /** What holds wherever stages run. */
  static SparkConf same(SparkConf settings) {
    return settings
        .set("spark.ui.showConsoleProgress", "false")
        .set("spark.serializer", "org.apache.spark.serializer.JavaSerializer")
        // Two copies of a stage would only take a slot from another.
        .set("spark.speculation", "false");
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public StageResult run(PlannedStage stage, Runnable started) throws InterruptedException {
    long start = System.nanoTime();
    String group = stage.id().brief() + "-" + jobs.incrementAndGet();
    StageRunner travelling = runner;
    starts.tell(group, started);
    spark.setJobGroup(group, stage.label(), true);
    JavaFutureAction<List<StageResult>> job =
        spark.parallelize(List.of(stage), 1).map(task -> run(travelling, task)).collectAsync();
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
      return failed(stage, reason(e), (System.nanoTime() - start) / 1e9);
    } finally {
      starts.forget(group);
    }
  }

  /** Runs where the stage runs: the log of an executor says what it worked at. */
  private static StageResult run(StageRunner runner, PlannedStage stage)
      throws InterruptedException {
    int attempt = TaskContext.get().attemptNumber() + 1;
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
   */
  private static StageResult failed(PlannedStage stage, String reason, double seconds) {
    Matcher death = EXECUTOR_DIED.matcher(reason);
    return death.find()
        ? new StageResult.Failed(
            stage.id(),
            StageResult.Cause.CRASHED,
            "crashed the JVM of its executor %s times; its log says why; --retry-failed tries it again (Spark says: %s)"
                .formatted(death.group(1), death.group(2)),
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
