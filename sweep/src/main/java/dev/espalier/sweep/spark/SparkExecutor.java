package dev.espalier.sweep.spark;

import dev.espalier.sweep.run.StageExecutor;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageResult;
import dev.espalier.workers.stage.StageRunner;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs each stage as a Spark job of one task, so that a stage is scheduled, shown, cancelled and
 * lost by itself. The runner travels to the task; errors come back as results.
 */
public final class SparkExecutor implements StageExecutor {
  private static final String LOCAL = "127.0.0.1";
  private static final AtomicLong EXECUTORS = new AtomicLong();

  private final JavaSparkContext spark;
  private final int slots;
  private final StageRunner runner;
  private final AtomicLong jobs = new AtomicLong();

  private SparkExecutor(SparkConf settings, int slots, StageRunner runner) {
    this.spark = new JavaSparkContext(settings);
    this.slots = slots;
    this.runner = runner;
  }

  /**
   * Starts Spark in this process, reachable from this machine only.
   *
   * @param slots stages at a time; never more than there are cores
   */
  public static SparkExecutor local(int slots, StageRunner runner) {
    int used = Math.max(1, Math.min(slots, Runtime.getRuntime().availableProcessors()));
    SparkConf settings =
        settings("local[" + used + "]")
            .set("spark.driver.host", LOCAL)
            .set("spark.driver.bindAddress", LOCAL);
    LocalStages stages = new LocalStages(EXECUTORS.incrementAndGet(), runner);
    return new SparkExecutor(settings, used, stages);
  }

  /**
   * Joins a Spark cluster. Its executors need the same class path as this process.
   *
   * @param master address, such as {@code spark://host:7077}
   * @param slots stages at a time
   */
  public static SparkExecutor on(String master, int slots, StageRunner runner) {
    // A lost machine is worth a second try; a stage that takes its machine down is not worth four.
    SparkConf settings = settings(master).setIfMissing("spark.task.maxFailures", "2");
    return new SparkExecutor(settings, slots, runner);
  }

  private static SparkConf settings(String master) {
    return new SparkConf()
        .setMaster(master)
        .setAppName("espalier")
        .set("spark.ui.enabled", "false")
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
  public StageResult run(PlannedStage stage) throws InterruptedException {
    long start = System.nanoTime();
    String group = stage.id().brief() + "-" + jobs.incrementAndGet();
    StageRunner travelling = runner;
    spark.setJobGroup(group, stage.label(), true);
    JavaFutureAction<List<StageResult>> job =
        spark.parallelize(List.of(stage), 1).map(travelling::run).collectAsync();
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
      return new StageResult.Failed(
          stage.id(), StageResult.Cause.ERROR, reason(e), (System.nanoTime() - start) / 1e9);
    }
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
