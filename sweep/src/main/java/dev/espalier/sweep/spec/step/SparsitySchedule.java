package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Rule;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.prune.GradualSparsity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The options of pruning that say when how much is pruned, and what they come to. */
public final class SparsitySchedule {
  private static final int DECIMALS = 6;
  private static final Rule<Integer> ROUNDS_RULE = Rule.whole("[1, 100]");
  private static final Rule<Integer> EPOCHS_RULE = Rule.whole("[1, 10000]");
  private static final Rule<BigDecimal> FROM_RULE = Rule.decimal("[0, 1)");
  private static final Rule<Integer> FREQUENCY_RULE = Rule.whole("[1, 1000000]");
  private static final Rule<BigDecimal> END_RULE = Rule.decimal("(0, 1]");
  private static final Rule<BigDecimal> POWER_RULE = Rule.decimal("(0, 10]");

  /** When weights are pruned. */
  public enum Kind {
    ONE_SHOT,
    CONSTANT,
    ITERATIVE,
    POLYNOMIAL;

    /** The word in configs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** How the sparsities of rounds are spaced. */
  public enum Spacing {
    GEOMETRIC,
    LINEAR;

    /** The word in configs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final WordForm<Kind> KINDS = WordForm.of(List.of(Kind.values()), Kind::word);
  private static final WordForm<Spacing> SPACINGS =
      WordForm.of(List.of(Spacing.values()), Spacing::word);

  public static final Option<Kind> SCHEDULE =
      Option.told(
          Key.some(
              "schedule",
              KINDS.rule(),
              "`one-shot`",
              "`one-shot`: at once; `constant`: at once, followed by `epochs` of fine-tuning;"
                  + " `iterative`: in `rounds`, each of which prunes and then fine-tunes for `epochs`;"
                  + " `polynomial`: during `epochs` of training, at a decreasing pace"
                  + " (arXiv 1710.01878)"),
          "prune-schedule",
          "",
          KINDS);

  public static final Option<Integer> EPOCHS =
      Option.told(
          Key.some(
              "epochs",
              EPOCHS_RULE,
              "required with a schedule other than `one-shot`, not allowed with `one-shot`",
              "epochs of training, with the settings of `fine-tune` at the top of the config"),
          "prune-epochs",
          "",
          OptionForm.number(EPOCHS_RULE));

  public static final Option<Integer> ROUNDS =
      Option.told(
          Key.some("rounds", ROUNDS_RULE, "required for `iterative`", "number of rounds"),
          "prune-rounds",
          "",
          OptionForm.number(ROUNDS_RULE));

  public static final Option<Spacing> SPACING =
      Option.told(
          Key.some(
              "spacing",
              SPACINGS.rule(),
              "`geometric`",
              "how sparsity rises over the rounds: `geometric`, each round prunes the same share of what is"
                  + " left, 1 - (1 - sparsity)^(round / rounds); `linear`, sparsity x round / rounds;"
                  + " both rounded to six decimals"),
          "prune-spacing",
          "",
          SPACINGS);

  public static final Option<BigDecimal> FROM =
      Option.of(
          Key.some("from", FROM_RULE, "`0`", "for `polynomial`: the initial sparsity"),
          "prune-from",
          "from",
          OptionForm.number(FROM_RULE));

  public static final Option<Integer> FREQUENCY =
      Option.of(
          Key.some(
              "frequency",
              FREQUENCY_RULE,
              "a tenth of an epoch",
              "for `polynomial`: training steps from one pruning to the next"),
          "prune-frequency",
          "every",
          OptionForm.number(FREQUENCY_RULE));

  public static final Option<BigDecimal> END =
      Option.of(
          Key.some(
              "end",
              END_RULE,
              "`0.75`",
              "for `polynomial`: the share of all steps after which pruning stops; the last"
                  + " pruning before that reaches the sparsity exactly"),
          "prune-end",
          "end",
          OptionForm.number(END_RULE));

  public static final Option<BigDecimal> POWER =
      Option.of(
          Key.some("power", POWER_RULE, "`3`", "for `polynomial`: the exponent"),
          "prune-power",
          "power",
          OptionForm.number(POWER_RULE));

  private static final List<Option<?>> OF_ROUNDS = List.of(ROUNDS, SPACING);
  private static final List<Option<?>> OF_POLYNOMIALS = List.of(FROM, FREQUENCY, END, POWER);

  private SparsitySchedule() {}

  /** All of them, in the order of the reference. */
  static List<Option<?>> all() {
    List<Option<?>> all = new ArrayList<>(List.of(SCHEDULE, EPOCHS, ROUNDS, SPACING));
    all.addAll(OF_POLYNOMIALS);
    return all;
  }

  /** The kind of schedule. */
  static Kind kind(OptionValues values) {
    return values.get(SCHEDULE, Kind.ONE_SHOT);
  }

  /**
   * The sparsity after each round, rising to {@code sparsity}.
   *
   * @param values of a step that is iterative or constant, which has one round
   */
  static List<BigDecimal> rounds(BigDecimal sparsity, OptionValues values) {
    int rounds = kind(values) == Kind.ITERATIVE ? values.get(ROUNDS) : 1;
    boolean linear = values.get(SPACING, Spacing.GEOMETRIC) == Spacing.LINEAR;
    List<BigDecimal> sparsities = new ArrayList<>();
    for (int round = 1; round < rounds; round++) {
      BigDecimal after =
          linear
              ? sparsity
                  .multiply(BigDecimal.valueOf(round))
                  .divide(BigDecimal.valueOf(rounds), DECIMALS, RoundingMode.HALF_UP)
              : rounded(1 - StrictMath.pow(1 - sparsity.doubleValue(), (double) round / rounds));
      sparsities.add(after);
    }
    sparsities.add(sparsity);
    return sparsities;
  }

  /**
   * The share of what is there that each round removes, for units that are gone after a round: all
   * rounds together remove as much as the last sparsity says.
   */
  static List<BigDecimal> shares(List<BigDecimal> sparsities) {
    List<BigDecimal> shares = new ArrayList<>();
    BigDecimal left = BigDecimal.ONE;
    for (BigDecimal sparsity : sparsities) {
      BigDecimal after = BigDecimal.ONE.subtract(sparsity);
      shares.add(
          shares.isEmpty()
              ? sparsity
              : BigDecimal.ONE.subtract(after.divide(left, DECIMALS, RoundingMode.HALF_UP)));
      left = after;
    }
    return shares;
  }

  private static boolean rises(List<BigDecimal> sparsities) {
    BigDecimal before = BigDecimal.ZERO;
    for (BigDecimal sparsity : sparsities) {
      if (sparsity.compareTo(before) <= 0) {
        return false;
      }
      before = sparsity;
    }
    return true;
  }

  /** The course of a polynomial. */
  static GradualSparsity gradual(OptionValues values) {
    return new GradualSparsity(
        values.get(FROM, BigDecimal.ZERO),
        values.get(PruneOptions.SPARSITY),
        values.get(POWER, BigDecimal.valueOf(3)),
        values.find(FREQUENCY),
        values.get(END, new BigDecimal("0.75")));
  }

  private static BigDecimal rounded(double number) {
    return new BigDecimal(number).setScale(DECIMALS, RoundingMode.HALF_UP);
  }

  /** What is missing or has no meaning by the kind of schedule; null if nothing. */
  static @Nullable String objection(OptionValues values) {
    Kind kind = kind(values);
    if (kind == Kind.ONE_SHOT && values.has(EPOCHS)) {
      return "epochs: not allowed with schedule one-shot; use a fine-tune step to train";
    }
    if (kind != Kind.ONE_SHOT && !values.has(EPOCHS)) {
      return "epochs: required with schedule " + kind.word();
    }
    if (kind == Kind.ITERATIVE && !values.has(ROUNDS)) {
      return "rounds: required with schedule iterative";
    }
    if (kind == Kind.ITERATIVE && !rises(rounds(values.get(PruneOptions.SPARSITY), values))) {
      return "rounds: must be few enough that each prunes more in six decimals, found "
          + values.get(ROUNDS);
    }
    if (kind == Kind.POLYNOMIAL
        && values.get(FROM, BigDecimal.ZERO).compareTo(values.get(PruneOptions.SPARSITY)) >= 0) {
      return "from: must be below sparsity, found %s and %s"
          .formatted(
              Schedule.plain(values.get(FROM)), Schedule.plain(values.get(PruneOptions.SPARSITY)));
    }
    for (Option<?> option : OF_ROUNDS) {
      if (kind != Kind.ITERATIVE && values.has(option)) {
        return only(option, kind, Kind.ITERATIVE);
      }
    }
    for (Option<?> option : OF_POLYNOMIALS) {
      if (kind != Kind.POLYNOMIAL && values.has(option)) {
        return only(option, kind, Kind.POLYNOMIAL);
      }
    }
    return null;
  }

  private static String only(Option<?> option, Kind found, Kind only) {
    return "%s: not allowed with schedule %s, only with %s"
        .formatted(option.key().name(), found.word(), only.word());
  }
}
