package dev.espalier.sweep.run;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What work costs, whatever else the machine does meanwhile. */
public final class ProcessorTime {
  private ProcessorTime() {}

  /** Seconds of all threads since this process began. */
  public static double seconds() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
        / 1e9;
  }
}
