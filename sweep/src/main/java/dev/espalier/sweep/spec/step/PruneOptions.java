package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.prune.Rounding;
import dev.espalier.workers.prune.Scope;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The options of pruning that say what goes and how much of it. */
public final class PruneOptions {
  private static final Rule<BigDecimal> SPARSITY_RULE = Rule.decimal("[0, 1)");

  public static final Option<BigDecimal> SPARSITY =
      Option.told(
          Key.some(
              "sparsity",
              SPARSITY_RULE,
              "none: a step must have it, or `threshold`",
              "fraction of prunable weights that become zero, or of filters that are removed; 0: not"
                  + " pruned"),
          "sparsity",
          "s",
          OptionForm.number(SPARSITY_RULE));

  private static final WordForm<Scope> SCOPES = WordForm.of(List.of(Scope.values()), Scope::word);

  public static final Option<Scope> SCOPE =
      Option.told(
          Key.some(
              "scope",
              SCOPES.rule(),
              "`flat`",
              "one ranking over the network, or the same sparsity in every layer; ignored"
                  + " if sparsity is 0"),
          "scope",
          "",
          SCOPES);

  /** What is removed. */
  public enum Unit {
    WEIGHT,
    FILTER;

    /** The word in configs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final WordForm<Unit> UNITS = WordForm.of(List.of(Unit.values()), Unit::word);

  public static final Option<Unit> UNIT =
      Option.told(
          Key.some(
              "unit",
              UNITS.rule(),
              "`weight`",
              "`weight`: single weights become zero; `filter`: output channels of convolutions and"
                  + " neurons of dense layers are removed, with everything coupled to them, and the"
                  + " network becomes narrower"),
          "unit",
          "",
          UNITS);

  private static final Rule<BigDecimal> THRESHOLD_RULE = Rule.decimal("(0, 1000]");

  public static final Option<BigDecimal> THRESHOLD =
      Option.told(
          Key.some(
              "threshold",
              THRESHOLD_RULE,
              "none",
              "in place of `sparsity`: weights whose absolute value is below it become zero"),
          "threshold",
          "below",
          OptionForm.number(THRESHOLD_RULE));

  private static final WordForm<Rounding> ROUNDINGS =
      WordForm.of(List.of(Rounding.values()), Rounding::word);

  public static final Option<Rounding> ROUNDING =
      Option.of(
          Key.some(
              "rounding",
              ROUNDINGS.rule(),
              "`half-up`; for filters `floor-keep`",
              "which number is rounded, and how: "
                  + Arrays.stream(Rounding.values())
                      .map(each -> "`%s`: %s".formatted(each.word(), each.meaning()))
                      .collect(Collectors.joining("; "))),
          "prune-rounding",
          "",
          ROUNDINGS);

  private static final Rule<Integer> IMAGES_RULE = Rule.whole("[1, 100000]");

  /** How many images criteria see where the config does not say. */
  static final int IMAGES_PRESET = 1000;

  public static final Option<Integer> IMAGES =
      Option.of(
          Key.some(
              "images",
              IMAGES_RULE,
              "`1000`",
              "for criteria that use training images: how many, from the start of the training split"),
          "prune-images",
          "images",
          OptionForm.number(IMAGES_RULE));

  private PruneOptions() {}
}
