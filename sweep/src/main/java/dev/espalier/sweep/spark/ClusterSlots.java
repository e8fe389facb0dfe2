package dev.espalier.sweep.spark;

import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * Stages at a time on a cluster: as many as were asked for, else as many as its executors take,
 * which come and go. Where Spark asks for executors itself (dynamic allocation), it does so when
 * stages wait, so as many again are given to it.
 */
final class ClusterSlots implements IntSupplier {
  private static final long CURRENT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SparkConf settings;
  private final @Nullable Integer asked;
  private final IntSupplier executors;
  private final LongSupplier nanoTime;
  private long counted;
  private int count;

  /**
   * Slots of a cluster.
   *
   * @param asked for by a person; null for as many as there are
   * @param executors how many there are now
   * @param nanoTime as {@link System#nanoTime}
   */
  ClusterSlots(
      SparkConf settings, @Nullable Integer asked, IntSupplier executors, LongSupplier nanoTime) {
    this.settings = settings;
    this.asked = asked;
    this.executors = executors;
    this.nanoTime = nanoTime;
    this.counted = nanoTime.getAsLong();
    this.count = executors.getAsInt();
  }

  /** Those of the cluster that {@code spark} has joined. */
  static ClusterSlots of(JavaSparkContext spark, @Nullable Integer asked) {
    IntSupplier executors =
        () -> spark.sc().statusTracker().getExecutorInfos().length - 1; // without this driver
    return new ClusterSlots(spark.getConf(), asked, executors, System::nanoTime);
  }

  @Override
  public synchronized int getAsInt() {
    if (asked != null) {
      return asked;
    }
    long now = nanoTime.getAsLong();
    if (now - counted >= CURRENT_NANOS) {
      counted = now;
      count = executors.getAsInt();
    }
    return Math.max(1, wanted()) * SparkCluster.slotsOfAnExecutor(settings);
  }

  /** In executors. */
  private int wanted() {
    if (!settings.getBoolean("spark.dynamicAllocation.enabled", false)) {
      return count;
    }
    int most = settings.getInt("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE);
    return Math.min(most, count + Math.max(1, count));
  }
}
