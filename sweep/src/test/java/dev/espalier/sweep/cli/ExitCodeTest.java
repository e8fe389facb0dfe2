package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodeTest {
  @ParameterizedTest
  @CsvSource({
    "COMPLETE, , 0",
    "COMPLETE, diverged, 1",
    "OUT_OF_TIME, , 0",
    "OUT_OF_TIME, diverged, 1",
    "INTERRUPTED, , 130",
    "INTERRUPTED, diverged, 130",
  })
  void tellsHowTheRunEndedAndWhetherTrialsFailed(
      Outcome.Ending ending, @Nullable String reason, int code) {
    StageId id = new StageId("0".repeat(64));
    TrialResult trial =
        new TrialResult(
            id.hex(),
            "name",
            List.of(),
            List.of(),
            Map.of(),
            Metrics.NONE,
            List.of(id),
            reason,
            0,
            0);
    assertEquals(code, RunOptions.exitCode(new Outcome(ending, List.of(trial), 3)));
  }
}
