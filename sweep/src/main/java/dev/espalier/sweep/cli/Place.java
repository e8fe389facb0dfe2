package dev.espalier.sweep.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.espalier.sweep.spec.SweepSpec;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say where a sweep lies and how much of it runs at a time: shared by {@code plan}
 * and {@code run}.
 */
final class Place {
  /** What a network of moderate size took at most when it was trained: 1.4 GB. */
  private static final long BYTES_PER_SLOT = 1_500_000_000L;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder of the sweep (default: runs/NAME).")
  private @Nullable Path out;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description =
          "Stages at a time, each on one core (default: as many as cores and memory allow).")
  private @Nullable Integer slots;

  Path out(SweepSpec spec) {
    return out == null ? Path.of("runs", spec.name()) : out;
  }

  int slots() {
    if (slots != null) {
      return Math.max(1, slots);
    }
    long memory =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    long room = (memory - Runtime.getRuntime().maxMemory()) / BYTES_PER_SLOT;
    return (int) Math.max(1, Math.min(room, Runtime.getRuntime().availableProcessors()));
  }
}
