package dev.espalier.sweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClusterSlotsTest {
  private final AtomicInteger executors = new AtomicInteger(2);
  private final AtomicLong nanos = new AtomicLong();
  private final SparkConf settings =
      new SparkConf(false).set("spark.executor.cores", "4").set("spark.task.cpus", "2");

  @Test
  void theyFollowTheExecutors() {
    ClusterSlots slots = slots(null);
    assertEquals(4, slots.getAsInt());
    assertEquals(20, after(slots, 10));
    assertEquals(2, after(slots, 1));
    assertEquals(2, after(slots, 0), "one at least: the next executor may come");
  }

  @Test
  void executorsAreCountedOnceASecond() {
    ClusterSlots slots = slots(null);
    executors.set(10);
    assertEquals(4, slots.getAsInt());
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertEquals(20, slots.getAsInt());
  }

  @Test
  void whoAsksForSomeGetsThem() {
    assertEquals(7, after(slots(7), 10));
  }

  @Test
  void whereSparkAsksForExecutorsStagesWaitForThemUpToTheMost() {
    settings.set("spark.dynamicAllocation.enabled", "true");
    ClusterSlots slots = slots(null);
    assertEquals(8, slots.getAsInt());
    assertEquals(2, after(slots, 0));
    assertEquals(4, after(slots, 1));
    settings.set("spark.dynamicAllocation.maxExecutors", "50");
    assertEquals(80, after(slots, 20));
    assertEquals(100, after(slots, 40));
    assertEquals(100, after(slots, 50));
  }

  private ClusterSlots slots(@Nullable Integer asked) {
    return new ClusterSlots(settings, asked, executors::get, nanos::get);
  }

  private int after(ClusterSlots slots, int executorsNow) {
    executors.set(executorsNow);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(5));
    return slots.getAsInt();
  }
}
