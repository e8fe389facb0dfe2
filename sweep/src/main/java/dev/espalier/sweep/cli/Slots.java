package dev.espalier.sweep.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says how much runs at a time: shared by all commands that run stages. */
final class Slots {
  /** Of Java beside the stages; sweeps of fewer than some 50,000 stages have room in it. */
  private static final long HEAP_BYTES = 2L << 30;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description =
          "Concurrent stages, each on one core (default: as many as cores and memory allow).")
  private @Nullable Integer asked;

  /**
   * Makes sure that the option makes sense.
   *
   * @throws UsageException if it does not
   */
  void check() throws UsageException {
    if (asked != null && asked < 1) {
      throw new UsageException("--slots: must be at least 1, found " + asked);
    }
  }

  /** What was asked for; null if nothing was. */
  @Nullable Integer asked() {
    return asked;
  }

  /**
   * Stages at a time in this process, never more than it has cores.
   *
   * @param resident bytes of a stage beside Java's heap
   */
  int here(long resident) {
    int cores = Runtime.getRuntime().availableProcessors();
    return Math.min(asked == null ? room(resident) : asked, cores);
  }

  /**
   * As many as this machine has cores and memory for, at least 1.
   *
   * @param resident bytes of a stage beside Java's heap
   */
  static int room(long resident) {
    long memory =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    long room = (memory - Math.min(HEAP_BYTES, Runtime.getRuntime().maxMemory())) / resident;
    return (int) Math.max(1, Math.min(room, Runtime.getRuntime().availableProcessors()));
  }
}
