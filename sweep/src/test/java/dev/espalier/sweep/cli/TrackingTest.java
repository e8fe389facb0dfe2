package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.run.Estimate;
import dev.espalier.sweep.run.RunDirectory;
import dev.espalier.sweep.run.SweepListener;
import dev.espalier.sweep.spec.SpecFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackingTest {
  @TempDir Path folder;

  @Test
  void theCommandLineNamesTheServerBeforeTheEnvironment() throws Exception {
    Map<String, String> environment = Map.of("MLFLOW_TRACKING_URI", "http://there:5000");
    assertEquals("http://here:5000", Tracking.server("http://here:5000", environment));
    assertEquals("http://there:5000", Tracking.server(null, environment));
    assertNull(Tracking.server(null, Map.of()));
    assertNull(Tracking.server(null, Map.of("MLFLOW_TRACKING_URI", " ")), "set to nothing");
  }

  @Test
  void aWrongServerIsSaidToBeOfWhoNamedIt() {
    Map<String, String> environment = Map.of("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db");
    UsageException e = assertThrows(UsageException.class, () -> Tracking.server(null, environment));
    assertTrue(String.valueOf(e.getMessage()).startsWith("MLFLOW_TRACKING_URI: "), e.getMessage());
  }

  @Test
  void whatCannotStartIsSaidAndStopsNothing() throws Exception {
    Path config = TinySweep.config(folder, 1, "0.01");
    Files.writeString(folder.resolve("mlartifacts"), "no folder");
    RunDirectory directory = new RunDirectory(folder);
    try (Tracking tracking = new Tracking(directory, SpecFile.read(config, List.of()), null)) {
      Plan plan = new Plan(List.of(), List.of(), 0);
      tracking.planned(
          new SweepListener.Outlook(plan, Map.of(), 0, List.of(), new Estimate(Map.of(), ""), 1));
      String problem = tracking.problem().orElseThrow();
      assertTrue(problem.startsWith("tracking: it could not start: "), problem);
      assertTrue(problem.contains("espalier track " + folder + " --to URI"), problem);
    }
  }
}
