package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Fields;
import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Node;
import dev.espalier.sweep.config.Problems;
import dev.espalier.sweep.config.Rule;
import dev.espalier.sweep.config.Section;
import dev.espalier.workers.facts.Schedule;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A learning rate: a number, which is constant, a map of a schedule, or the word for the
 * baseline's.
 *
 * @param rule of a scalar
 */
public record RateForm(Rule<LearningRate> rule) implements OptionForm<LearningRate> {
  private static final String REWIND = "rewind";

  private static final String CONSTANT = "constant";
  private static final String STEPS = "steps";
  private static final String COSINE = "cosine";

  private static final Rule<LearningRate> NUMBER =
      Rule.decimalOrMap("(0, 10]")
          .as(rate -> new LearningRate.Given(new Schedule.Constant(rate, 0)));

  /** The rate of a baseline, which is nothing to rewind to itself. */
  static final RateForm OF_BASELINE = new RateForm(NUMBER);

  /** The rate of a training after the baseline. */
  static final RateForm OF_TUNING = new RateForm(NUMBER.orWord(REWIND, new LearningRate.Rewind()));

  private static final Key<String> SCHEDULE =
      Key.one(
          "schedule",
          Rule.choice(List.of(CONSTANT, STEPS, COSINE)),
          "`constant`",
          "`cosine` falls to 0 at the last epoch, so trainings of different length share no"
              + " epochs");
  private static final Key<BigDecimal> INITIAL =
      Key.one("initial", Rule.decimal("(0, 10]"), Key.REQUIRED, "the highest rate");
  private static final Key<Integer> WARM_UP =
      Key.one(
          "warm-up", Rule.whole("[0, 10000]"), "`0`", "epochs over which the rate rises from 0");
  private static final Key<Integer> AT =
      Key.some(
          "at",
          Rule.whole("[1, 100000]"),
          "required for `steps`, not allowed otherwise",
          "epochs at which the rate falls, in ascending order");
  private static final Key<BigDecimal> FACTOR =
      Key.one(
          "factor",
          Rule.decimal("(0, 1)"),
          "`0.1` for `steps`, not allowed otherwise",
          "the rate is multiplied by this factor at each of these epochs");

  /** The map of a schedule. */
  public static final Section SECTION =
      Section.of(
          "learning-rate",
          "In `baseline` and in `fine-tune`. In `fine-tune`, `learning-rate: rewind` repeats the schedule of the"
              + " trial's baseline (arXiv 2003.02389): fine-tuning for n epochs uses the"
              + " rates of the baseline's last n epochs, so the baseline must have at least n. Rewound"
              + " fine-tunings of different length share no epochs.",
          SCHEDULE,
          INITIAL,
          WARM_UP,
          AT,
          FACTOR);

  @Override
  public @Nullable LearningRate read(Node node, String path, Problems problems) {
    if (!(node instanceof Node.Mapping)) {
      return scalar(node, path, problems);
    }
    Schedule schedule = schedule(node, path, problems);
    return schedule == null ? null : new LearningRate.Given(schedule);
  }

  private @Nullable LearningRate scalar(Node node, String path, Problems problems) {
    boolean rewinds = node instanceof Node.Scalar scalar && scalar.text().equals(REWIND);
    if (rewinds && !rule.words().contains(REWIND)) {
      problems.add(
          node.place(),
          path,
          "must be "
              + rule.words(false)
              + ", found rewind, which is only for training after a baseline");
      return null;
    }
    return rule.read(node, path, problems);
  }

  private static @Nullable Schedule schedule(Node node, String path, Problems problems) {
    Fields fields = Fields.of(node, path, SECTION, problems);
    if (fields == null) {
      return null;
    }
    String kind = fields.has(SCHEDULE) ? fields.one(SCHEDULE) : CONSTANT;
    fields.require(INITIAL);
    BigDecimal initial = fields.one(INITIAL);
    int warmUp = fields.one(WARM_UP, 0);
    if (kind != null && !kind.equals(STEPS)) {
      fields.refuse(AT, "with schedule " + kind + ", only with steps");
      fields.refuse(FACTOR, "with schedule " + kind + ", only with steps");
    }
    List<Integer> at = STEPS.equals(kind) ? steps(fields) : List.of();
    if (kind == null || initial == null) {
      return null;
    }
    return switch (kind) {
      case STEPS ->
          new Schedule.Steps(initial, at, fields.one(FACTOR, new BigDecimal("0.1")), warmUp);
      case COSINE -> new Schedule.Cosine(initial, warmUp);
      default -> new Schedule.Constant(initial, warmUp);
    };
  }

  private static List<Integer> steps(Fields fields) {
    fields.require(AT);
    List<Integer> at = fields.some(AT, List.of());
    if (at.equals(at.stream().sorted().toList())) {
      return at;
    }
    fields.wrong(AT, "must rise, found " + at);
    return List.of();
  }

  @Override
  public Object write(LearningRate rate) {
    return rate instanceof LearningRate.Given given ? tree(given.schedule()) : REWIND;
  }

  private static Object tree(Schedule schedule) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(SCHEDULE.name(), kind(schedule));
    tree.put(INITIAL.name(), schedule.initial());
    tree.put(WARM_UP.name(), schedule.warmUp());
    if (schedule instanceof Schedule.Steps steps) {
      tree.put(AT.name(), steps.at());
      tree.put(FACTOR.name(), steps.factor());
    }
    return tree;
  }

  /** The number where the rate is constant from the start; else what tells rates apart. */
  @Override
  public Serializable parameter(LearningRate rate) {
    if (!(rate instanceof LearningRate.Given given)) {
      return REWIND;
    }
    Schedule schedule = given.schedule();
    return schedule instanceof Schedule.Constant && schedule.warmUp() == 0
        ? schedule.initial()
        : slug(schedule);
  }

  @Override
  public String slug(LearningRate rate) {
    return rate instanceof LearningRate.Given given ? slug(given.schedule()) : "-" + REWIND;
  }

  private static String slug(Schedule schedule) {
    String kind = schedule instanceof Schedule.Constant ? "" : "-" + kind(schedule);
    String steps =
        schedule instanceof Schedule.Steps at
            ? at.at().stream().map(String::valueOf).collect(Collectors.joining(",", "-", "-x"))
                + Schedule.plain(at.factor())
            : "";
    String warmUp = schedule.warmUp() == 0 ? "" : "-warm" + schedule.warmUp();
    return Schedule.plain(schedule.initial()) + kind + steps + warmUp;
  }

  private static String kind(Schedule schedule) {
    if (schedule instanceof Schedule.Cosine) {
      return COSINE;
    }
    return schedule instanceof Schedule.Steps ? STEPS : CONSTANT;
  }
}
