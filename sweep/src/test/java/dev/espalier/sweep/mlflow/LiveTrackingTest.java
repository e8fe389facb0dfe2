package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.run.Estimate;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveTrackingTest {
  @TempDir Path folder;

  @Test
  void theCommandLineNamesTheServerBeforeTheEnvironment() throws Exception {
    Map<String, String> environment = Map.of("MLFLOW_TRACKING_URI", "http://there:5000");
    assertEquals("http://here:5000", TrackingUri.of("http://here:5000", environment));
    assertEquals("http://there:5000", TrackingUri.of(null, environment));
    assertNull(TrackingUri.of(null, Map.of()));
    assertNull(TrackingUri.of(null, Map.of("MLFLOW_TRACKING_URI", " ")), "set to nothing");
  }

  @Test
  void aWrongServerIsSaidToBeOfWhoNamedIt() {
    Map<String, String> environment = Map.of("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db");
    RefusedException e =
        assertThrows(RefusedException.class, () -> TrackingUri.of(null, environment));
    assertTrue(String.valueOf(e.getMessage()).startsWith("MLFLOW_TRACKING_URI: "), e.getMessage());
  }

  @Test
  void whatCannotStartIsSaidAndStopsNothing() throws Exception {
    Files.writeString(folder.resolve("mlartifacts"), "no folder");
    RunDirectory directory = new RunDirectory(folder);
    SweepSpec spec = SpecFile.read(Path.of("..", "configs", "quickstart.yaml"), List.of());
    try (LiveTracking tracking =
        new LiveTracking(directory, spec, null, () -> fail("the sweep has not ended"))) {
      Plan plan = new Plan(List.of(), List.of(), 0);
      tracking.planned(
          new SweepListener.Outlook(
              plan, Map.of(), 0, List.of(), new Estimate(Map.of(), ""), 1, Map.of()));
      String problem = tracking.problem().orElseThrow();
      assertTrue(problem.startsWith("tracking: it could not start: "), problem);
      assertTrue(problem.contains("espalier track " + folder + " --to URI"), problem);
    }
  }
}
