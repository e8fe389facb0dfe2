package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.prune.GradualSparsity;
import dev.espalier.workers.prune.Mask;
import dev.espalier.workers.prune.WeightPruning;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Continues training while pruning more and more weights (Zhu and Gupta, arXiv 1710.01878).
 *
 * <p>Pruned weights stay zero, and so does their velocity: at each update they rank before all
 * others, whatever the criterion says, so masks only grow. TensorFlow's pruning API ranks all
 * weights anew and lets pruned ones return. Otherwise it prunes like {@link Prune}: frozen tensors
 * are neither changed nor counted, and pruned weights leave their centroids.
 *
 * @param epochs at least 1
 * @param sparsity of the prunable weights, by step
 * @param centroids how shared values are trained; texts name only the mean, so a plan must use it
 *     only if there are shared values
 * @param varied the options that distinguish it from other prune stages of the sweep
 */
public record GradualPrune(
    Recipe recipe,
    int epochs,
    GradualSparsity sparsity,
    WeightPruning pruning,
    KernelSelection kernels,
    CentroidGradient centroids,
    List<NamedOption> varied)
    implements Training {
  public GradualPrune {
    if (epochs < 1) {
      throw new IllegalArgumentException(
          "gradual pruning must have at least 1 epoch, found " + epochs);
    }
    varied = List.copyOf(varied);
  }

  /** It always names its last epoch, on which every mask depends. */
  @Override
  public String canonical() {
    Integer frequency = sparsity.frequency();
    String every = frequency == null ? "tenth of an epoch" : frequency + " steps";
    String shared = centroids == CentroidGradient.SUM ? "" : "\ncentroids by " + centroids.word();
    return "prune gradually %s to %s %s, pruned weights first"
            .formatted(
                Schedule.plain(sparsity.from()), Schedule.plain(sparsity.to()), pruning.canonical())
        + "\npolynomial of power %s, every %s until %s of the steps"
            .formatted(Schedule.plain(sparsity.power()), every, Schedule.plain(sparsity.end()))
        + "\n"
        + kernels.canonical()
        + "\ntraining %s\nepoch %d horizon %d".formatted(recipe.canonical(), epochs, epochs)
        + shared;
  }

  @Override
  public String word() {
    return "prune";
  }

  @Override
  public String slug() {
    return "s%s-%s-poly%d".formatted(Schedule.plain(sparsity.to()), pruning.scope().word(), epochs);
  }

  @Override
  public String brief() {
    return "s=%s %s poly=%d"
        .formatted(Schedule.plain(sparsity.to()), pruning.scope().word(), epochs);
  }

  @Override
  public Map<String, @Nullable Object> parameters() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("sparsity", sparsity.to());
    parameters.put("scope", pruning.scope().word());
    parameters.put("prune_epochs", epochs);
    return parameters;
  }

  @Override
  public GradualPrune withEpochs(int other) {
    return new GradualPrune(recipe, other, sparsity, pruning, kernels, centroids, varied);
  }

  @Override
  public @Nullable UnaryOperator<State> beforeStep(long step, int perEpoch, long seed) {
    BigDecimal next = sparsity.before(step, (long) epochs * perEpoch, perEpoch);
    return next == null ? null : state -> pruned(state, next, seed);
  }

  private State pruned(State state, BigDecimal next, long seed) {
    List<Tensor> prunable = state.touched(kernels);
    Map<String, Mask> before = new HashMap<>();
    for (Tensor tensor : prunable) {
      Hold hold = state.holds().get(tensor.name());
      if (hold != null) {
        before.put(tensor.name(), Mask.pruning(tensor.values().length, hold.zeros()));
      }
    }
    return Prune.pruned(state, prunable, pruning.grown(before, prunable, next, seed));
  }
}
