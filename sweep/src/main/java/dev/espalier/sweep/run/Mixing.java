package dev.espalier.sweep.run;

import dev.espalier.workers.stage.Environment;
import dev.espalier.workers.stage.StageResult;
import org.jspecify.annotations.Nullable;

/**
 * Holds a sweep to one engine and one instruction set: between two, results differ by more than
 * what the sweep compares.
 */
final class Mixing {
  private final boolean allowed;
  private @Nullable Environment first;

  private Mixing(boolean allowed) {
    this.allowed = allowed;
  }

  /**
   * Looks at what is known already and at where the rest will run.
   *
   * @throws RefusedException if these differ
   */
  static Mixing of(Resume resume, @Nullable Environment here, boolean allowed) {
    Mixing mixing = new Mixing(allowed);
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
    } else if (!allowed && !before.hasBitsOf(environment)) {
      throw new RefusedException(
          "a sweep must keep to one engine and instruction set ("
              + before.words()
              + " so far), found "
              + environment.words()
              + "; --allow-mixed continues all the same, another --out starts anew");
    }
  }
}
