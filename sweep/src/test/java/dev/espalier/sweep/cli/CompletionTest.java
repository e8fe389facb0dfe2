package dev.espalier.sweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What shells complete once they have read the script of {@code espalier completion}. */
class CompletionTest {
  @TempDir private static Path folder = Path.of("");

  @BeforeAll
  static void writeTheScript() throws IOException {
    Said said = Said.by("completion");
    assertEquals(Main.DONE, said.code());
    Files.writeString(folder.resolve("completion"), said.out());
    Files.writeString(folder.resolve("sweep.yaml"), "");
  }

  @Test
  void completesCommands() throws Exception {
    assertEquals(List.of("run"), completed("bash", "espalier", "ru"));
    assertTrue(completed("bash", "espalier", "").containsAll(List.of("plan", "run", "help")));
  }

  @Test
  void completesOptionsOfACommand() throws Exception {
    assertEquals(List.of("--retry-failed"), completed("bash", "espalier", "run", "--retry"));
    assertFalse(completed("bash", "espalier", "plan", "--").contains("--retry-failed"));
  }

  @Test
  void completesWordsThatAnOptionHas() throws Exception {
    assertEquals(List.of("INFER"), completed("bash", "espalier", "bench", "--mode", "IN"));
  }

  @Test
  void completesKeysOfConfigs() throws Exception {
    assertEquals(List.of("prune.sparsity"), completed("bash", "espalier", "help", "prune.spar"));
  }

  @Test
  void completesFilesByTheShellItselfWhereNothingElseFits() throws Exception {
    assertEquals(List.of(), completed("bash", "espalier", "run", "sw"));
    List<String> registered = lines("bash", "complete -p espalier");
    assertTrue(registered.get(0).contains("-o default"), registered.toString());
  }

  /** Of what a function proposes, zsh itself takes what begins as the word does. */
  @Test
  void zshReadsTheScriptToo() throws Exception {
    assertTrue(completed("zsh", "espalier", "ru").contains("run"));
    assertTrue(completed("zsh", "espalier", "run", "--re").contains("--retry-failed"));
  }

  /** What the function of the script proposes for the last word. */
  private static List<String> completed(String shell, String... words) throws Exception {
    String array =
        Stream.of(words).map(word -> "'" + word + "'").reduce((a, b) -> a + " " + b).orElse("");
    String first = shell.equals("zsh") ? "setopt KSH_ARRAYS BASH_REMATCH; " : "";
    return lines(
        shell,
        first
            + "COMP_WORDS=(%s); COMP_CWORD=%d; COMPREPLY=(); _complete_espalier || true;"
                .formatted(array, words.length - 1)
            + " for each in \"${COMPREPLY[@]}\"; do echo \"$each\"; done");
  }

  private static List<String> lines(String shell, String commands) throws Exception {
    assumeTrue(isThere(shell), "no " + shell + " here");
    Process process =
        new ProcessBuilder(shell, "-c", "source ./completion; " + commands)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD) // compopt misses a real completion
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
  }
}
