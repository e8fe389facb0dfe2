package dev.espalier.workers.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.workers.ChildJvm;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.onednn.Guards;
import dev.espalier.workers.onednn.Onednn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No primitive writes outside of its buffers or computes anything but its definition, whatever its
 * shape, under every instruction set that this machine offers.
 */
class MemoryBoundsTest {
  /** The names that oneDNN's environment variable takes, from the oldest. */
  private static final List<String> INSTRUCTION_SETS =
      List.of("SSE41", "AVX", "AVX2", "AVX512_CORE", "AVX512_CORE_VNNI", "AVX512_CORE_BF16");

  private static final int GUARD_BYTES = 64 << 10;

  @Test
  void ofSomeShapesWritesOutsideOfItsBuffers() throws Exception {
    sweep(67);
  }

  @Test
  @Tag("exhaustive")
  void ofAnyShapeWritesOutsideOfItsBuffers() throws Exception {
    sweep(1);
  }

  private static void sweep(int every) throws Exception {
    assumeTrue(Engine.current() == Engine.ONEDNN, "the guards are of oneDNN's buffers");
    ExecutorService two = Executors.newFixedThreadPool(2);
    try {
      List<Future<String>> runs = new ArrayList<>();
      for (String instructions : offered()) {
        runs.add(two.submit(() -> sweep(every, instructions)));
      }
      List<String> ends = new ArrayList<>();
      for (Future<String> run : runs) {
        ends.add(run.get());
      }
      assertEquals(ends.size(), ends.stream().distinct().count(), "one run for each: " + ends);
      assertTrue(ends.get(0).endsWith("under sse41"), ends.get(0));
    } finally {
      two.shutdownNow();
    }
  }

  /** Its last line, which says how many shapes were run under which instruction set. */
  private static String sweep(int every, String instructions) throws Exception {
    List<String> options =
        List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-D" + Guards.PROPERTY + "=" + GUARD_BYTES,
            "-D" + GuardedSweep.EVERY + "=" + every);
    ChildJvm.Ended ended =
        ChildJvm.run(GuardedSweep.class, options, Map.of("ONEDNN_MAX_CPU_ISA", instructions));
    List<String> output = ended.output();
    String last = output.isEmpty() ? "" : output.get(output.size() - 1);
    assertEquals(0, ended.code(), instructions + " ended at: " + last);
    String wrong =
        output.stream()
            .filter(line -> line.startsWith(GuardedSweep.WRONG))
            .limit(50)
            .collect(Collectors.joining("\n"));
    assertEquals("", wrong, instructions);
    return last;
  }

  /** Those up to the one that this process uses. */
  private static List<String> offered() {
    int best = INSTRUCTION_SETS.indexOf(Onednn.instructionSet().toUpperCase(Locale.ROOT));
    return INSTRUCTION_SETS.subList(0, best < 0 ? INSTRUCTION_SETS.size() : best + 1);
  }
}
