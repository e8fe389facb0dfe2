package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FootprintTest {
  /** Trainable parameters of ResNet18 for 4 classes: 11,173,962 for 10, less six rows of 513. */
  private static final long PARAMETERS = 11_173_962 - 6 * 513;

  private final PlannedStage stage = SmallPlan.usual().stages().get(0);

  @TempDir private Path folder = Path.of("");

  @Test
  void aCheckpointTakesAtMostItsWeightsAndAsMuchForTheOptimizer() throws IOException {
    assertTrue(stage.keepsUpdater());
    long bytes = Footprint.atMost(List.of(stage));
    long batchNorm = bytes / 8 - PARAMETERS;
    assertTrue(
        batchNorm >= 0 && batchNorm < 10_000, bytes + " bytes, means and variances included");
    assertEquals(3 * bytes, Footprint.atMost(Collections.nCopies(3, stage)));
  }

  @Test
  void whatTheDiskCannotHoldIsRefusedWithBothNumbers() throws IOException {
    Storage disk = Storages.of(folder.resolve("store that is yet to be made"));
    long one = Footprint.atMost(List.of(stage));
    int fits = (int) (disk.free() / one);
    Footprint.check(Collections.nCopies(fits / 2, stage), disk);
    List<PlannedStage> tooMany = Collections.nCopies(2 * fits + 2, stage);
    String message =
        ""
            + assertThrows(RefusedException.class, () -> Footprint.check(tooMany, disk))
                .getMessage();
    Matcher numbers =
        Pattern.compile(
                Pattern.quote(disk.address())
                    + ": must have room for up to ([0-9,]+) bytes of checkpoints, found ([0-9,]+) bytes free; make room .*")
            .matcher(message);
    assertTrue(numbers.matches(), message);
    assertEquals(one * tooMany.size(), number(numbers.group(1)));
    assertTrue(number(numbers.group(2)) < number(numbers.group(1)));
  }

  @Test
  void aPlanThatTheHeapCannotHoldIsRefusedWithWhatToGive() {
    Plan plan = SmallPlan.usual();
    long needed = (256L << 20) + 11 * (30 << 10);
    Footprint.checkHeap(plan, needed);
    String message =
        ""
            + assertThrows(RefusedException.class, () -> Footprint.checkHeap(plan, needed - 1))
                .getMessage();
    assertTrue(
        message.contains("heap for 11 stages") && message.contains("--driver-memory 288m"),
        message);
  }

  private static long number(String text) {
    return Long.parseLong(text.replace(",", ""));
  }
}
