package dev.espalier.sweep.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceCommitTest {
  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void gitIsHere() throws Exception {
    boolean found = true;
    try {
      found = new ProcessBuilder("git", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      found = false;
    }
    assumeTrue(found, "git is not installed");
  }

  @Test
  void aFolderBelowAWorkTreeIsAtItsCommit() throws Exception {
    git("init", "--quiet");
    assertEquals(Optional.empty(), SourceCommit.of(folder), "nothing is committed");
    git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "--allow-empty", "-m", "x");
    String head = git("rev-parse", "HEAD").strip();
    Path below = Files.createDirectory(folder.resolve("below"));
    assertEquals(Optional.of(head), SourceCommit.of(below));
  }

  @Test
  void anotherFolderIsAtNone() throws Exception {
    assertEquals(Optional.empty(), SourceCommit.of(folder));
  }

  private String git(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor() == 0, out);
    return out;
  }
}
