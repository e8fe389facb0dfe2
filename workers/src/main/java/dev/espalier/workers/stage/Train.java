package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network from its seeded initialization.
 *
 * @param networkDigest SHA-256 of the network's table, so that a change of the architecture's code
 *     changes the id
 * @param epochs at least 1
 * @param varied the options for which the sweep has several values
 */
public record Train(
    Model model, String networkDigest, Recipe recipe, int epochs, List<NamedOption> varied)
    implements Start {
  public Train {
    if (epochs < 1) {
      throw new IllegalArgumentException("a baseline must have at least 1 epoch, found " + epochs);
    }
    varied = List.copyOf(varied);
  }

  /** A training without variants in the sweep. */
  public Train(Model model, String networkDigest, Recipe recipe, int epochs) {
    this(model, networkDigest, recipe, epochs, List.of());
  }

  @Override
  public String canonical() {
    String horizon = recipe.learningRate().hasHorizon() ? " horizon " + epochs : "";
    return "train " + networkDigest + "\n" + recipe.canonical() + "\nepoch " + epochs + horizon;
  }

  @Override
  public String word() {
    return "train";
  }

  @Override
  public String slug() {
    String network = model.name() + "-w" + Schedule.plain(model.width());
    return network;
  }

  @Override
  public String brief() {
    String network = model.name() + " w=" + Schedule.plain(model.width());
    return network;
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("model", model.name());
    parameters.put("width", model.width());
    return parameters;
  }

  @Override
  public @Nullable Object course() {
    return recipe.learningRate().hasHorizon() ? null : List.of(networkDigest, recipe);
  }
}
