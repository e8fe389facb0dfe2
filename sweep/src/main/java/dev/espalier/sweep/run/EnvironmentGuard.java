package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.StageResult;
import org.jspecify.annotations.Nullable;

/**
 * A check that all results of a sweep come from one engine and one instruction set. Results of
 * different ones differ by more than the differences that a sweep compares.
 */
final class EnvironmentGuard {
  private final boolean allowed;
  private @Nullable Environment first;

  private EnvironmentGuard(boolean allowed) {
    this.allowed = allowed;
  }

  /**
   * Checks the known results and the environment of the remaining stages.
   *
   * @throws RefusedException if these differ
   */
  static EnvironmentGuard of(Resume resume, @Nullable Environment here, boolean allowed) {
    EnvironmentGuard mixing = new EnvironmentGuard(allowed);
    resume.known().values().forEach(mixing::check);
    resume.outdated().values().forEach(mixing::check);
    if (here != null && !resume.toRun().isEmpty()) {
      mixing.check(here);
    }
    return mixing;
  }

  /**
   * Records the environment of a stage.
   *
   * @throws RefusedException if it differs from that of the stages before
   */
  void check(StageResult result) {
    if (result instanceof StageResult.Done done) {
      check(done.environment());
    }
  }

  private void check(Environment environment) {
    Environment before = first;
    if (before == null) {
      first = environment;
    } else if (!allowed && !before.isBitCompatibleWith(environment)) {
      throw new RefusedException(
          "a sweep must keep to one engine and instruction set ("
              + before.describe()
              + " so far), found "
              + environment.describe()
              + "; --allow-mixed continues anyway, another --out starts a new sweep");
    }
  }
}
