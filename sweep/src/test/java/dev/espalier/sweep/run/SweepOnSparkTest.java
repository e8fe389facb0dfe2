package dev.espalier.sweep.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.spark.SparkExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SweepOnSparkTest {
  @TempDir private Path folder;

  @Test
  void aSweepOnSparkEndsInTheResultsOfOneInThreads() throws IOException {
    var inThreads = run("threads", runner -> new InProcessExecutor(2, runner));
    var onSpark = run("spark", runner -> SparkExecutor.local(2, runner));
    assertEquals(8, onSpark.size());
    assertEquals(inThreads, onSpark);
  }

  private Map<String, Object> run(String name, Function<HashRunner, StageExecutor> executor)
      throws IOException {
    RunDirectory directory = RunDirectory.create(folder.resolve(name));
    HashRunner runner =
        HashRunner.faultless(directory.store(), directory.root().resolve("notes"), 0);
    Outcome outcome =
        new Sweep(
                SmallPlan.spec(),
                SmallPlan.usual(),
                directory,
                () -> executor.apply(runner),
                HashRunner.HERE,
                new Sweep.Options(false, false, stage -> 1, null, null),
                new Recording())
            .run();
    return outcome.completed().stream()
        .collect(Collectors.toMap(TrialResult::trial, TrialResult::metrics));
  }
}
