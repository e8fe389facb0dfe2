package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Recipe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains on, keeping what is held, until {@code epoch}, counted from the state it starts from.
 *
 * @param epoch at least 1
 * @param varied the options that tell it apart from other fine-tunings of the sweep
 */
public record FineTune(Recipe recipe, int epoch, List<NamedOption> varied) implements Training {
  public FineTune {
    if (epoch < 1) {
      throw new IllegalArgumentException("fine-tuning must reach at least epoch 1, found " + epoch);
    }
    varied = List.copyOf(varied);
  }

  /** A fine-tuning by the recipe of its sweep. */
  public FineTune(Recipe recipe, int epoch) {
    this(recipe, epoch, List.of());
  }

  @Override
  public String canonical() {
    String horizon = recipe.learningRate().hasHorizon() ? " horizon " + epoch : "";
    return "fine-tune " + recipe.canonical() + "\nepoch " + epoch + horizon;
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
    return "ft" + epoch + NamedOption.slugs(varied);
  }

  @Override
  public String brief() {
    return "ft=" + epoch + NamedOption.briefs(varied);
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("fine_tune_epochs", epoch);
    varied.forEach(option -> parameters.put(option.parameter(), option.value()));
    return parameters;
  }

  @Override
  public @Nullable Object course() {
    return recipe.learningRate().hasHorizon() ? null : recipe;
  }
}
