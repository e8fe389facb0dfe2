package dev.espalier.sweep.run;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.StageResult;
import org.jspecify.annotations.Nullable;

/**
 * A check that all results of a sweep come from one engine and one instruction set. Results of two
 * differ by more than the differences that a sweep compares.
 */
final class EnvironmentGuard {
  private final boolean allowed;
  private @Nullable Environment first;

  private EnvironmentGuard(boolean allowed) {
    this.allowed = allowed;
  }

  /**
   * Looks at what is known already and at where the rest will run.
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
   * Takes note of where a stage ran.
   *
   * @throws RefusedException if it ran elsewhere than the stages before it
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
              + "; --allow-mixed continues all the same, another --out starts anew");
    }
  }
}
