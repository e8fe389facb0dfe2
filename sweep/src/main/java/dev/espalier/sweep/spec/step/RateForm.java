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

/** A learning rate: a number, which is constant, or a map of a schedule. */
public record RateForm() implements OptionForm<Schedule> {
  private static final String CONSTANT = "constant";
  private static final String STEPS = "steps";
  private static final String COSINE = "cosine";

  static final Rule<BigDecimal> RULE = Rule.decimalOrMap("(0, 10]");
  private static final Key<String> SCHEDULE =
      Key.one(
          "schedule",
          Rule.choice(List.of(CONSTANT, STEPS, COSINE)),
          "`constant`",
          "`cosine` falls to 0 at the last epoch, so that trainings of different length share no"
              + " epochs");
  private static final Key<BigDecimal> INITIAL =
      Key.one("initial", Rule.decimal("(0, 10]"), Key.REQUIRED, "the rate at its highest");
  private static final Key<Integer> WARM_UP =
      Key.one(
          "warm-up", Rule.whole("[0, 10000]"), "`0`", "epochs over which the rate rises from 0");
  private static final Key<Integer> AT =
      Key.some(
          "at",
          Rule.whole("[1, 100000]"),
          "required for `steps`, not allowed otherwise",
          "epochs at which the rate falls, rising");
  private static final Key<BigDecimal> FACTOR =
      Key.one(
          "factor",
          Rule.decimal("(0, 1)"),
          "`0.1` for `steps`, not allowed otherwise",
          "the rate is multiplied by it at each of these epochs");

  /** The map of a schedule. */
  public static final Section SECTION =
      Section.of(
          "learning-rate",
          "In `baseline` and in `fine-tune`.",
          SCHEDULE,
          INITIAL,
          WARM_UP,
          AT,
          FACTOR);

  @Override
  public @Nullable Schedule read(Node node, String path, Problems problems) {
    if (!(node instanceof Node.Mapping)) {
      BigDecimal rate = RULE.read(node, path, problems);
      return rate == null ? null : new Schedule.Constant(rate, 0);
    }
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
  public Object write(Schedule schedule) {
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

  /** The number where the rate is constant from the start; else what tells schedules apart. */
  @Override
  public Serializable parameter(Schedule schedule) {
    return schedule instanceof Schedule.Constant && schedule.warmUp() == 0
        ? schedule.initial()
        : slug(schedule);
  }

  @Override
  public String slug(Schedule schedule) {
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
