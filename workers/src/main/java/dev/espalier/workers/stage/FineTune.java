package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Recipe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Continues training under the holds until {@code epoch}, counted from the initial state.
 *
 * <p>A shared value is trained as one parameter: its gradient is the sum, or the mean, of the
 * gradients of its weights for the mean loss of the batch; weight decay adds {@code l2} times the
 * shared value once; and it has one velocity, updated by Nesterov's rule. With the sum this is the
 * gradient of the loss plus {@code l2 / 2} times the square of each <em>shared value</em>, not of
 * each weight.
 *
 * @param epoch at least 1
 * @param centroids the sum or the mean; texts name only the mean, so a plan must use it only if
 *     there are shared values
 * @param varied the options that distinguish it from other fine-tunings of the sweep
 */
public record FineTune(
    Recipe recipe, int epoch, CentroidGradient centroids, List<NamedOption> varied)
    implements Training {
  public FineTune {
    if (epoch < 1) {
      throw new IllegalArgumentException("fine-tuning must reach at least epoch 1, found " + epoch);
    }
    varied = List.copyOf(varied);
  }

  /** A fine-tuning that uses the sum of the gradients for shared values. */
  public FineTune(Recipe recipe, int epoch, List<NamedOption> varied) {
    this(recipe, epoch, CentroidGradient.SUM, varied);
  }

  /** A fine-tuning with the recipe of its sweep. */
  public FineTune(Recipe recipe, int epoch) {
    this(recipe, epoch, List.of());
  }

  @Override
  public String canonical() {
    String horizon = recipe.learningRate().hasHorizon() ? " horizon " + epoch : "";
    String shared = centroids == CentroidGradient.SUM ? "" : "\ncentroids by " + centroids.word();
    return "fine-tune " + recipe.canonical() + "\nepoch " + epoch + horizon + shared;
  }

  @Override
  public int epochs() {
    return epoch;
  }

  @Override
  public String word() {
    return "fine-tune";
  }

  @Override
  public String slug() {
    return "ft" + epoch;
  }

  @Override
  public String brief() {
    return "ft=" + epoch;
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("fine_tune_epochs", epoch);
    return parameters;
  }

  @Override
  public FineTune withEpochs(int other) {
    return new FineTune(recipe, other, centroids, varied);
  }

  @Override
  public @Nullable Object course() {
    return recipe.learningRate().hasHorizon() ? null : List.of(recipe, centroids);
  }
}
