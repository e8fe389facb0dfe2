package dev.espalier.sweep.spec.step;

import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Train;
import org.jspecify.annotations.Nullable;

/** A learning rate as a config gives it. */
public sealed interface LearningRate {

  /**
   * The schedule of a training.
   *
   * @param start the stage that starts its trial's network
   * @throws IllegalArgumentException if it needs a training there, and there is none
   */
  Schedule schedule(Stage start);

  /**
   * Why a training cannot have this rate, after a path and a colon; null if it can.
   *
   * @param baseline epochs that the trial's baseline is trained for; 0 where it is the user's own
   * @param epochs of the training
   */
  @Nullable String objection(int baseline, int epochs);

  /** A schedule of its own. */
  record Given(Schedule schedule) implements LearningRate {
    @Override
    public Schedule schedule(Stage start) {
      return schedule;
    }

    @Override
    public @Nullable String objection(int baseline, int epochs) {
      return null;
    }
  }

  /** The last epochs of the trial's baseline (arXiv 2003.02389). */
  record Rewind() implements LearningRate {
    @Override
    public Schedule schedule(Stage start) {
      if (!(start instanceof Train train)) {
        throw new IllegalArgumentException(
            "a learning rate can be rewound only if the baseline is trained here");
      }
      return new Schedule.Rewound(train.recipe().learningRate(), train.epochs());
    }

    @Override
    public @Nullable String objection(int baseline, int epochs) {
      if (baseline == 0) {
        return "learning-rate: must be a map or a number with baseline.from, whose schedule is not known, found rewind";
      }
      return epochs <= baseline
          ? null
          : "epochs: must be at most the baseline's if its learning rate is rewound, found %d of %d; exclude such trials"
              .formatted(epochs, baseline);
    }
  }
}
