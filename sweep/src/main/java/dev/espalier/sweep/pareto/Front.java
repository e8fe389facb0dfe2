package dev.espalier.sweep.pareto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The Pareto front: the points that no other point beats. One point beats another if it is at least
 * as good in every objective and better in one; equal points stay side by side. Infinite values are
 * values like any other.
 *
 * <p>All lists are in the order of the last objective, best first, then of the others, then of
 * names: for accuracy against size, from the smallest to the largest.
 *
 * @param objectives at least one, each metric once
 * @param points on the front
 * @param dominated points that another beats
 * @param excluded points without a number for each objective
 * @param controls points that no other is compared with: they are shown, and on no front
 */
public record Front(
    List<Objective> objectives,
    List<Point> points,
    List<Point> dominated,
    List<Excluded> excluded,
    List<Point> controls) {

  /**
   * A point that could not be compared.
   *
   * @param reason such as {@code val/accuracy is NaN}
   */
  public record Excluded(Point point, String reason) {
    private static final String LACKS = "has no ";

    /** Whether it merely misses metrics, as results of an older program do. */
    boolean isUnmeasured() {
      return Arrays.stream(reason.split(", ", -1)).allMatch(each -> each.startsWith(LACKS));
    }
  }

  /** A point with its costs, which are worked out once: less is better in each. */
  private static final class Candidate {
    private final Point point;
    private final double[] costs;

    private Candidate(Point point, List<Objective> objectives) {
      this.point = point;
      this.costs = objectives.stream().mapToDouble(o -> o.cost(point.metrics())).toArray();
    }

    private boolean comparable() {
      return Arrays.stream(costs).noneMatch(Double::isNaN);
    }

    private boolean beats(Candidate other) {
      boolean better = false;
      for (int i = 0; i < costs.length; i++) {
        if (costs[i] > other.costs[i]) {
          return false;
        }
        better |= costs[i] < other.costs[i];
      }
      return better;
    }

    private static int lastObjectiveFirst(Candidate a, Candidate b) {
      for (int i = a.costs.length - 1; i >= 0; i--) {
        int order = Double.compare(a.costs[i], b.costs[i]);
        if (order != 0) {
          return order;
        }
      }
      return a.point.name().compareTo(b.point.name());
    }
  }

  public Front {
    objectives = List.copyOf(objectives);
    points = List.copyOf(points);
    dominated = List.copyOf(dominated);
    excluded = List.copyOf(excluded);
    controls = List.copyOf(controls);
    Set<String> metrics = new HashSet<>();
    objectives.forEach(objective -> metrics.add(objective.name()));
    if (metrics.isEmpty() || metrics.size() < objectives.size()) {
      throw new IllegalArgumentException(
          "a front must have at least one objective, each metric once, found " + objectives);
    }
  }

  /** The front of {@code all} points but the controls. */
  public static Front of(List<Point> all, List<Objective> objectives) {
    return of(
        all.stream().filter(point -> point.control() == null).toList(),
        objectives,
        all.stream().filter(point -> point.control() != null).toList());
  }

  /** The front of the controls of a kind alone: what that kind comes to at best. */
  public Front of(Control kind) {
    List<Point> alike = controls.stream().filter(point -> point.control() == kind).toList();
    return of(alike, objectives, List.of());
  }

  private static Front of(List<Point> all, List<Objective> objectives, List<Point> controls) {
    List<Candidate> candidates = new ArrayList<>();
    List<Excluded> excluded = new ArrayList<>();
    for (Point point : all) {
      Candidate candidate = new Candidate(point, objectives);
      if (candidate.comparable()) {
        candidates.add(candidate);
      } else {
        excluded.add(new Excluded(point, whyExcluded(point, objectives)));
      }
    }
    candidates.sort(Candidate::lastObjectiveFirst);
    excluded.sort(Comparator.comparing(e -> e.point().name()));

    List<Candidate> front = new ArrayList<>();
    List<Point> dominated = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (beaten(candidate, front)) {
        dominated.add(candidate.point);
      } else {
        front.add(candidate);
      }
    }
    return new Front(
        objectives, front.stream().map(c -> c.point).toList(), dominated, excluded, controls);
  }

  /** Every point that could be compared: the dominated ones, then the front. */
  public List<Point> all() {
    return Stream.concat(dominated.stream(), points.stream()).toList();
  }

  /** The objective drawn upwards: the first. */
  Objective first() {
    return objectives.get(0);
  }

  /** The objective drawn to the right, and the order of all lists: the last. */
  Objective last() {
    return objectives.get(objectives.size() - 1);
  }

  /**
   * Whether a point of {@code front}, which holds all unbeaten points before {@code candidate} in
   * the order above, beats it. A point after it never does. With two objectives the latest of them
   * is the best in the first objective, so it alone decides, and the whole front takes O(n log n).
   */
  private static boolean beaten(Candidate candidate, List<Candidate> front) {
    int from = candidate.costs.length <= 2 ? Math.max(0, front.size() - 1) : 0;
    for (int i = front.size() - 1; i >= from; i--) {
      if (front.get(i).beats(candidate)) {
        return true;
      }
    }
    return false;
  }

  private static String whyExcluded(Point point, List<Objective> objectives) {
    List<String> reasons = new ArrayList<>();
    for (Objective objective : objectives) {
      if (!point.metrics().values().containsKey(objective.name())) {
        reasons.add(Excluded.LACKS + objective.name());
      } else if (Double.isNaN(objective.value(point.metrics()))) {
        reasons.add(objective.name() + " is NaN");
      }
    }
    return String.join(", ", reasons);
  }
}
