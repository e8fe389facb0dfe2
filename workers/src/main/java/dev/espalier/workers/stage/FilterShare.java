package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.filter.ChannelGroup;
import dev.espalier.workers.filter.ChannelGroups;
import dev.espalier.workers.filter.FilterCriterion;
import dev.espalier.workers.filter.FilterEvidence;
import dev.espalier.workers.filter.FilterPruning;
import dev.espalier.workers.filter.Narrowing;
import dev.espalier.workers.model.KernelSelection;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.prune.Rounding;
import dev.espalier.workers.prune.Scope;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The share of filters that a stage removes, and from which layers. Everything coupled with a
 * filter is removed with it, so the network becomes narrower. If a layer is excluded or frozen,
 * everything coupled with it is kept.
 *
 * @param sparsity fraction of the prunable filters that are removed, in (0, 1)
 * @param layers those whose convolutions and dense kernels may lose filters
 * @param varied the options that distinguish the stage from other prune stages of the sweep
 */
public record FilterShare(
    BigDecimal sparsity,
    Scope scope,
    Rounding rounding,
    KernelSelection layers,
    List<NamedOption> varied)
    implements Serializable {
  public FilterShare {
    sparsity = Prune.checked(sparsity);
    varied = List.copyOf(varied);
  }

  /**
   * The canonical text of a stage.
   *
   * @param by the criterion that scores filters: {@code l1}
   */
  String canonical(String by) {
    return "prune filters "
        + Schedule.plain(sparsity)
        + " "
        + scope.word()
        + " by "
        + by
        + ", "
        + rounding.word().replace('-', ' ')
        + ", ties by index\n"
        + layers.canonical();
  }

  String slug() {
    return "f" + Schedule.plain(sparsity) + "-" + scope.word();
  }

  String brief() {
    return "f=" + Schedule.plain(sparsity) + " " + scope.word();
  }

  Map<String, @Nullable Object> parameters() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    parameters.put("sparsity", sparsity);
    parameters.put("scope", scope.word());
    parameters.put("unit", "filter");
    return parameters;
  }

  /** Computes a group's scores; criteria get the evidence that they need. */
  interface Scoring {
    FilterEvidence evidence(List<ChannelGroup> prunable, Map<String, Tensor> tensors);
  }

  /**
   * The narrower network, with the holds of the remaining weights.
   *
   * @throws IllegalArgumentException if the state has no table, or no filter can be pruned
   */
  State removed(State state, FilterCriterion criterion, Scoring scoring) {
    Network table = state.table();
    if (table == null) {
      throw new IllegalArgumentException(
          "filters: a network must have a table to be made narrower, found none");
    }
    ChannelGroups groups = ChannelGroups.of(table);
    List<ChannelGroup> prunable = groups.prunable(this::isSelected, state::isFrozen);
    FilterEvidence evidence =
        scoring.evidence(prunable, new WeightedNetwork(table, state.tensors()).byName());
    Map<ChannelGroup, double[]> scores = new LinkedHashMap<>();
    prunable.forEach(group -> scores.put(group, criterion.scores(group, evidence)));
    Map<ChannelGroup, BitSet> kept = FilterPruning.kept(scores, sparsity, scope, rounding);
    Narrowing narrowing = Narrowing.of(table, groups, kept);
    Map<String, Hold> holds = new HashMap<>(state.holds());
    narrowing
        .origins()
        .forEach((name, origin) -> holds.computeIfPresent(name, (n, hold) -> hold.at(origin)));
    return new State(
        narrowing.network(),
        narrowing.of(state.tensors()),
        holds,
        state.prunable(),
        null,
        List.of());
  }

  /**
   * The table of a network after each group of filters has lost this share, whatever the scope is.
   *
   * @throws IllegalArgumentException if no filter can be pruned
   */
  public Network narrowed(Network table) {
    ChannelGroups groups = ChannelGroups.of(table);
    Map<ChannelGroup, double[]> equal = new LinkedHashMap<>();
    groups
        .prunable(this::isSelected, frozen -> false)
        .forEach(group -> equal.put(group, new double[group.channels()]));
    Map<ChannelGroup, BitSet> kept = FilterPruning.kept(equal, sparsity, Scope.LAYERWISE, rounding);
    return Narrowing.of(table, groups, kept).network();
  }

  private boolean isSelected(String layer) {
    return layers.takes(Tensor.Kind.CONVOLUTION, layer);
  }
}
