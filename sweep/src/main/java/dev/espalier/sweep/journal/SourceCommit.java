package dev.espalier.sweep.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The Git commit of a folder, as the program {@code git} reports it. */
final class SourceCommit {
  private static final long SECONDS = 5;

  private SourceCommit() {}

  /** The commit of the work tree that {@code folder} lies in; empty where git knows of none. */
  static Optional<String> of(Path folder) throws IOException {
    Process git;
    try {
      git =
          new ProcessBuilder("git", "rev-parse", "HEAD")
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException noGit) {
      return Optional.empty();
    }
    try (InputStream out = git.getInputStream()) {
      if (!git.waitFor(SECONDS, TimeUnit.SECONDS) || git.exitValue() != 0) {
        return Optional.empty();
      }
      String commit = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
      return commit.matches("[0-9a-f]{40}|[0-9a-f]{64}") ? Optional.of(commit) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      git.destroy();
    }
  }
}
