package dev.espalier.sweep.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the number of concurrent stages, shared by all commands that run stages. */
final class Slots {
  /** Java's memory beside the stages; it suffices for sweeps of up to some 50,000 stages. */
  private static final long HEAP_BYTES = 2L << 30;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description =
          "Concurrent stages, each on one core (default: as many as cores and memory allow).")
  private @Nullable Integer asked;

  /**
   * Checks the option.
   *
   * @throws UsageException if it does not
   */
  void check() throws UsageException {
    if (asked != null && asked < 1) {
      throw new UsageException("--slots: must be at least 1, found " + asked);
    }
  }

  /** The requested number; null if there is none. */
  @Nullable Integer asked() {
    return asked;
  }

  /**
   * The number of concurrent stages in this process, at most its number of cores.
   *
   * @param resident bytes of a stage beside Java's heap
   */
  int here(long resident) {
    int cores = Runtime.getRuntime().availableProcessors();
    return Math.min(asked == null ? room(resident) : asked, cores);
  }

  /**
   * As many as the cores and memory of this machine allow, at least 1.
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
