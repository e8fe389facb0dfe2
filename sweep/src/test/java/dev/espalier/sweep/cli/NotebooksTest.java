package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.sweep.trackingserver.EmbeddedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The notebooks read two real sweeps of one name, one with trials that diverged, from their folders
 * and from a tracking server. It runs where ESPALIER_PYTHON names a Python with pandas, Matplotlib
 * and nbconvert.
 */
@Tag("slow")
@EnabledIfEnvironmentVariable(named = "ESPALIER_PYTHON", matches = ".+")
class NotebooksTest {
  private static final Path NOTEBOOKS = Path.of("../notebooks").toAbsolutePath().normalize();

  @TempDir private static Path shared = Path.of("");
  @TempDir private Path folder = Path.of("");

  private static Path healthy = Path.of("");
  private static Path diverging = Path.of("");

  @BeforeAll
  static void runTwoSweepsOfOneNameAndSendThemToOneServer() throws IOException {
    healthy = shared.resolve("healthy/tiny");
    diverging = shared.resolve("diverging/tiny");
    run(Main.DONE, healthy, "0.01");
    String overflowing = "10, weight-decay: 1"; // in 64 steps
    String epochs = "grid.fine-tune-epochs=[0,8]";
    run(Main.TRIALS_FAILED, diverging, overflowing, "--set", epochs, "--tracking-uri", "none");
    try (Stream<Path> sent = Files.walk(healthy)) {
      for (Path path : sent.toList()) {
        String name = healthy.relativize(path).toString();
        if (name.startsWith("mlflow.db") || name.startsWith("mlartifacts")) {
          Files.copy(path, diverging.resolve(name));
        }
      }
    }
    Said track = Said.by("track", diverging, "--to", "embedded");
    assertEquals(Main.DONE, track.code(), track.err());
  }

  private static void run(int code, Path out, String fineTuneRate, String... more)
      throws IOException {
    List<Object> words = new ArrayList<>(List.of("run"));
    words.add(TinySweep.config(shared, 1, fineTuneRate));
    words.addAll(List.of("--out", out, "--set", "grid.scope=[flat,layerwise]"));
    words.addAll(List.of(more));
    Said run = Said.by(words.toArray());
    assertEquals(code, run.code(), run.out() + run.err());
  }

  @Test
  void aServerGivesTheSameTrialsAsAFolder() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(diverging)) {
      for (Path sweep : List.of(healthy, diverging)) {
        String said =
            python(
                server,
                """
                import os, sys
                from pandas.testing import assert_frame_equal
                from espalier_sweep import Server, from_folder, from_server

                folder, sweep = sys.argv[1:]
                here = from_folder(folder)
                for page in (3, 1000):
                    server = Server(os.environ["MLFLOW_TRACKING_URI"], os.environ)
                    there = from_server(server, "tiny", sweep, page)
                    assert_frame_equal(here.trials, there.trials)
                    assert_frame_equal(here.front, there.front)
                    for fact in ("name", "data", "digest", "images", "baselines"):
                        assert getattr(here, fact) == getattr(there, fact), fact
                print(here.trials.status.value_counts().to_dict())
                """,
                sweep.toString(),
                key(sweep));
        long failed =
            TinySweep.results(sweep).stream()
                .filter(trial -> trial.get("status").asText().equals("failed"))
                .count();
        assertEquals(sweep.equals(diverging), failed > 0, said);
        assertEquals(failed > 0, said.contains("'failed': " + failed), said);
      }
    }
  }

  @Test
  void aNameOfTwoSweepsIsRefusedWithBothIds() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(diverging)) {
      String said =
          python(
              server,
              """
              from espalier_sweep import load
              try:
                  load("mlflow:tiny")
              except ValueError as e:
                  print(e)
              """);
      assertTrue(said.contains("mlflow:tiny/" + key(healthy)), said);
      assertTrue(said.contains("mlflow:tiny/" + key(diverging)), said);
    }
  }

  @Test
  void theNotebooksShowTheSameFromAServerAsFromAFolder() throws Exception {
    Path here = Files.createDirectory(folder.resolve("here"));
    Path there = Files.createDirectory(folder.resolve("there"));
    try (EmbeddedServer server = EmbeddedServer.start(diverging)) {
      String another = ",../docs/studies/003-mnist-cnn";
      execute(server, healthy + another, here);
      execute(server, "mlflow:tiny/" + key(healthy) + another, there);
    }
    for (String name : List.of("pareto.ipynb", "flat-vs-layerwise.ipynb")) {
      String fromFolder = Files.readString(here.resolve(name));
      assertTrue(fromFolder.contains("tiny: "), "the outputs of this sweep");
      assertTrue(fromFolder.contains("different data sets: shapes "), "and of the other one");
      assertEquals(fromFolder, Files.readString(there.resolve(name)));
      assertNotEquals(fromFolder, Files.readString(NOTEBOOKS.resolve(name)));
    }
  }

  private static String key(Path sweep) throws IOException {
    return new ObjectMapper().readTree(sweep.resolve("sweep.json").toFile()).get("key").asText();
  }

  private static void execute(EmbeddedServer server, String source, Path to) throws Exception {
    ProcessBuilder child = child(server, List.of("execute.py", "--to", to.toString()));
    child.environment().put("ESPALIER_SWEEP", source);
    output(child);
  }

  private static String python(EmbeddedServer server, String program, String... arguments)
      throws Exception {
    List<String> words = new ArrayList<>(List.of("-c", program));
    words.addAll(List.of(arguments));
    return output(child(server, words));
  }

  private static ProcessBuilder child(EmbeddedServer server, List<String> words) {
    List<String> command = new ArrayList<>(List.of(System.getenv("ESPALIER_PYTHON")));
    command.addAll(words);
    ProcessBuilder child =
        new ProcessBuilder(command).directory(NOTEBOOKS.toFile()).redirectErrorStream(true);
    child.environment().put("MLFLOW_TRACKING_URI", server.uri());
    child.environment().put("MLFLOW_TRACKING_TOKEN", server.token());
    child.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return child;
  }

  private static String output(ProcessBuilder child) throws Exception {
    Process process = child.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }
}
