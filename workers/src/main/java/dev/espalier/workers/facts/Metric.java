package dev.espalier.workers.facts;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The description of a metric: everything that programs and people must know of it beside its
 * values.
 *
 * @param name in the journal, in MLflow and in configs: {@code size/compressed_bytes}
 * @param label for axes and lists: {@code compressed size}
 * @param heading for columns, at most as long as the label: {@code size}
 * @param unit of its values
 * @param better whether more or less of it is better
 * @param logarithmic whether ratios of its values matter rather than differences
 * @param moments when it is measured, at least one
 * @param objective whether it may span a front; nothing of the test split may
 * @param dense the metric of the same network as plain 32-bit weights that it is a part of, and
 *     from which a hypervolume is measured; null where there is none
 * @param chooser the metric that chooses where this one is only shown; null for itself
 * @param prominence where the report shows it
 * @param only the networks that have it; null where all have
 * @param meaning for the documentation
 */
public record Metric(
    String name,
    String label,
    String heading,
    MetricUnit unit,
    Better better,
    boolean logarithmic,
    Set<Moment> moments,
    boolean objective,
    @Nullable String dense,
    @Nullable String chooser,
    Prominence prominence,
    @Nullable Condition only,
    String meaning)
    implements Serializable {

  /**
   * The networks that have a metric: those of which another metric has this value.
   *
   * @param metric its name; measured at the same time as the metric that depends on it
   */
  public record Condition(String metric, double value) implements Serializable {}

  /** The direction in which a metric improves. */
  public enum Better {
    MORE,
    LESS
  }

  /** A time at which a metric is measured. */
  public enum Moment {
    /** After each epoch of training, for the curve. */
    EPOCH,
    /** Once for the state that a stage reaches. */
    STAGE,
    /** After a sweep, all trials on one machine. */
    LATER
  }

  /** The place of a metric in the report; each has those before it too. */
  public enum Prominence {
    /** A column in each table of trials. */
    COLUMN,
    /** A figure of the chosen trial. */
    FIGURE,
    /** A line in the list of all metrics. */
    DETAIL
  }

  public Metric {
    moments = Set.copyOf(moments);
    if (moments.isEmpty()) {
      throw new IllegalArgumentException(name + ": must be measured at some time, found none");
    }
  }

  /** A metric on a linear scale that each stage measures, that may be an objective. */
  public static Metric of(
      String name, String label, MetricUnit unit, Better better, String meaning) {
    return new Metric(
        name,
        label,
        label,
        unit,
        better,
        false,
        EnumSet.of(Moment.STAGE),
        true,
        null,
        null,
        Prominence.DETAIL,
        null,
        meaning);
  }

  /** The same on a logarithmic scale. */
  public Metric byRatio() {
    return new Metric(
        name,
        label,
        heading,
        unit,
        better,
        true,
        moments,
        objective,
        dense,
        chooser,
        prominence,
        only,
        meaning);
  }

  /** The same, compared with {@code whole} of the same network as plain 32-bit weights. */
  public Metric partOf(String whole) {
    return new Metric(
        name,
        label,
        heading,
        unit,
        better,
        logarithmic,
        moments,
        objective,
        whole,
        chooser,
        prominence,
        only,
        meaning);
  }

  /** The same, measured at {@code first} and {@code more} instead. */
  public Metric measured(Moment first, Moment... more) {
    return new Metric(
        name,
        label,
        heading,
        unit,
        better,
        logarithmic,
        EnumSet.of(first, more),
        objective,
        dense,
        chooser,
        prominence,
        only,
        meaning);
  }

  /** The same, which is shown and never chooses. */
  public Metric onlyShown() {
    return new Metric(
        name,
        label,
        heading,
        unit,
        better,
        logarithmic,
        moments,
        false,
        dense,
        chooser,
        prominence,
        only,
        meaning);
  }

  /** The same, in whose place {@code metric} chooses. */
  public Metric chosenBy(String metric) {
    return new Metric(
        name,
        label,
        heading,
        unit,
        better,
        logarithmic,
        moments,
        false,
        dense,
        metric,
        prominence,
        only,
        meaning);
  }

  /** The same with a shorter word above columns. */
  public Metric headed(String words) {
    return new Metric(
        name,
        label,
        words,
        unit,
        better,
        logarithmic,
        moments,
        objective,
        dense,
        chooser,
        prominence,
        only,
        meaning);
  }

  /** The same at another place of the report. */
  public Metric shownAs(Prominence place) {
    return new Metric(
        name,
        label,
        heading,
        unit,
        better,
        logarithmic,
        moments,
        objective,
        dense,
        chooser,
        place,
        only,
        meaning);
  }

  /** The same, which only those networks have of which {@code metric} has this value. */
  public Metric onlyWhere(String metric, double value) {
    return new Metric(
        name,
        label,
        heading,
        unit,
        better,
        logarithmic,
        moments,
        objective,
        dense,
        chooser,
        prominence,
        new Condition(metric, value),
        meaning);
  }

  /** Whether the network that has {@code others} has this one too. */
  public boolean appliesTo(Metrics others) {
    return only == null || others.get(only.metric()) == only.value();
  }

  /** Whether it is measured at {@code moment}. */
  public boolean isMeasured(Moment moment) {
    return moments.contains(moment);
  }
}
