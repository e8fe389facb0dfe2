package dev.espalier.sweep.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal of a folder of this machine: {@code stages.jsonl} and {@code results.jsonl}. */
class JournalTest implements JournalContract {
  @TempDir private Path folder = Path.of("");

  @Override
  public RunDirectory directory() throws IOException {
    return new RunDirectory(Files.createTempDirectory(folder, "sweep"));
  }

  @Override
  public RunLock take(RunDirectory directory) throws IOException {
    return Journal.lock(directory);
  }

  @Override
  public void tear(RunDirectory directory, int bytes) throws IOException {
    Path file = directory.root().resolve("stages.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    String last = lines.remove(lines.size() - 1);
    String whole = lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    Files.writeString(file, whole + last.substring(0, bytes));
  }

  @Override
  public void fill(RunDirectory directory, List<String> lines) throws IOException {
    Files.writeString(directory.root().resolve("stages.jsonl"), String.join("", lines));
  }

  @Override
  public int lines(RunDirectory directory) throws IOException {
    return Files.readAllLines(directory.root().resolve("results.jsonl")).size();
  }

  @Test
  void aTrialIsTheLineOfTheDesign() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("model", "resnet18");
    parameters.put("width", new BigDecimal("0.25"));
    parameters.put("fine_tune_epochs", 3);
    parameters.put("centroids", null);
    TrialResult trial =
        new TrialResult(
            TWO.hex(),
            "resnet18-w0.25",
            List.of("flat", "layerwise"),
            List.of(),
            parameters,
            new Metrics(Map.of("val/accuracy", 0.5, "params/total", 701466.0, "x", Double.NaN)),
            List.of(ONE, TWO),
            null,
            2.5,
            1);
    assertEquals(
        "{\"trial\":\""
            + TWO
            + "\",\"name\":\"resnet18-w0.25\",\"status\":\"completed\","
            + "\"stands_for\":[\"flat\",\"layerwise\"],\"parameters\":{\"model\":\"resnet18\","
            + "\"width\":0.25,\"fine_tune_epochs\":3,\"centroids\":null},\"metrics\":"
            + "{\"params/total\":701466,\"val/accuracy\":0.5,\"x\":null},\"path\":[\""
            + ONE
            + "\",\""
            + TWO
            + "\"],\"seconds\":2.5,\"seconds_own\":1}",
        trial.write());
    assertEquals(parameters, TrialResult.read(trial.write()).parameters());
  }

  @Test
  void aSpoiltLineInTheMiddleIsNamed() throws IOException {
    append(new RunDirectory(folder), JournalContract.failed(ONE, "one"));
    Path file = folder.resolve("stages.jsonl");
    Files.writeString(file, "zeros\n" + Files.readString(file));
    String message =
        ""
            + assertThrows(
                    RefusedException.class,
                    () -> Journal.read(new RunDirectory(folder), JournalContract.PLAN))
                .getMessage();
    assertTrue(message.startsWith(file + ":1: must be a line of the journal"), message);
  }

  @Test
  void aFolderThatCannotBeWrittenIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    String message =
        "" + assertThrows(RefusedException.class, () -> RunDirectory.create(file)).getMessage();
    assertTrue(message.startsWith(file + ": must be a folder that can be written to"), message);
    assertThrows(
        RefusedException.class, () -> RunDirectory.existing(folder.resolve("none").toString()));
    assertFalse(Files.exists(folder.resolve("none")));
  }
}
