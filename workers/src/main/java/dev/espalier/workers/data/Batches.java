package dev.espalier.workers.data;

import dev.espalier.workers.data.Dataset.Split;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.random.Draw;
import java.util.ArrayList;
import java.util.List;

/**
 * The training images in batches. Their order depends on (seed, epoch), what is done to an image on
 * (seed, epoch, image), and on nothing else: neither on what was asked before nor on the batch. So
 * training can go on at any epoch, in any process, as if it had never stopped.
 *
 * <p>Not for several threads: each makes its own.
 */
public final class Batches {
  private final Dataset data;
  private final Recipe recipe;
  private final long seed;
  private int[] order = {};
  private int orderedEpoch = -1;

  /**
   * @param seed of the trial
   * @throws IllegalArgumentException with the {@link #problems}
   */
  public Batches(Dataset data, Recipe recipe, long seed) {
    List<String> problems = problems(data.facts(), recipe);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    this.data = data;
    this.recipe = recipe;
    this.seed = seed;
  }

  /** Why images such as these cannot be trained on by this recipe; empty if they can. */
  public static List<String> problems(DataFacts facts, Recipe recipe) {
    List<String> problems = new ArrayList<>();
    if (recipe.batch() > facts.train()) {
      problems.add(
          "batch: must be at most the %d training images of %s, found %d"
              .formatted(facts.train(), facts.name(), recipe.batch()));
    }
    int side = Math.min(facts.height(), facts.width());
    if (recipe.shift() >= side) {
      problems.add(
          "shift: must be less than the %d pixels of an image's side, found %d"
              .formatted(side, recipe.shift()));
    }
    return problems;
  }

  /** Batches in an epoch, at least 1; the rest that does not fill a batch is dropped. */
  public int perEpoch() {
    return data.facts().train() / recipe.batch();
  }

  /**
   * Writes a batch of normalized, augmented images.
   *
   * @param epoch absolute, from 0
   * @param batch in [0, perEpoch)
   * @param images [batch, height, width, channels], from the start of the array
   * @param labels [batch]
   */
  public void fill(int epoch, int batch, float[] images, int[] labels) {
    if (batch < 0 || batch >= perEpoch()) {
      throw new IndexOutOfBoundsException(
          "batch %d of an epoch that has %d".formatted(batch, perEpoch()));
    }
    orderFor(epoch);
    DataFacts facts = data.facts();
    int stride = facts.height() * facts.width() * facts.channels();
    int shift = recipe.shift();
    for (int i = 0; i < recipe.batch(); i++) {
      int image = order[batch * recipe.batch() + i];
      Draw draw = Draw.of(seed, Draw.AUGMENTATION, epoch, image);
      boolean flip = draw.coin() && recipe.flip();
      int down = draw.between(-shift, shift);
      int right = draw.between(-shift, shift);
      data.image(Split.TRAIN, image, flip, down, right, images, i * stride);
      labels[i] = data.label(Split.TRAIN, image);
    }
  }

  private void orderFor(int epoch) {
    if (epoch < 0) {
      throw new IllegalArgumentException("an epoch must be at least 0, found " + epoch);
    }
    if (epoch != orderedEpoch) {
      order = Draw.of(seed, Draw.ORDER, epoch).permutation(data.facts().train());
      orderedEpoch = epoch;
    }
  }
}
