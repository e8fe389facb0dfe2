package dev.espalier.workers;

import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * Processor time of the calling thread, for tests that hold how much work something is: other
 * processes on the machine take wall-clock time, not this.
 */
public final class CpuTime {
  private CpuTime() {}

  /** The nanoseconds that {@code work} takes, waiting not counted. */
  public static long nanos(Runnable work) {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    work.run();
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
  }

  /**
   * How often {@code values} could be sorted in the time that {@code work} takes: a measure that
   * depends little on the machine.
   */
  public static double inSorts(float[] values, Runnable work) {
    float[] copy = values.clone();
    return nanos(work) / (double) nanos(() -> Arrays.sort(copy));
  }
}
