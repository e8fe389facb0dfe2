package dev.espalier.sweep.pareto;

import dev.espalier.workers.facts.Metrics;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A front with its uncertainty: for each configuration the accuracy with an interval, the
 * probabilities that nothing beats it and that it is the knee, and whether it is tied; and the
 * front's hypervolume. {@code docs/front.md} says how each is computed.
 *
 * @param points of the front, in its order
 * @param dominated the others that could be compared, in the order of {@link Front#dominated}
 * @param reference that the hypervolume is measured from
 * @param hypervolume by {@link Hypervolume}; NaN where a reference or an objective has no finite
 *     number, or where it would take too long
 */
public record Confidence(
    Front front,
    List<PointConfidence> points,
    List<PointConfidence> dominated,
    ReferencePoint reference,
    double hypervolume) {

  public Confidence {
    points = List.copyOf(points);
    dominated = List.copyOf(dominated);
  }

  /**
   * Computes all of it, in some 100 ms for a sweep of a few hundred trials.
   *
   * @param front of points by {@link Repetitions#merged}, so that seeds repeat a configuration
   * @param reference as stored for the sweep; objectives that it misses get one from the points
   */
  public static Confidence of(Front front, ReferencePoint reference) {
    List<Point> all = new ArrayList<>(front.points());
    all.addAll(front.dominated());
    int best = front.points().size();
    List<Bootstrap.Share> shares = Bootstrap.of(all, best, front.objectives());
    boolean[] tied = Ties.of(front);
    List<PointConfidence> entries = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      entries.add(
          new PointConfidence(
              all.get(i),
              Interval.of(all.get(i), Metrics.VAL_ACCURACY),
              shares.get(i).onFront(),
              shares.get(i).knee(),
              i < best && tied[i]));
    }
    ReferencePoint from = reference.with(front.objectives(), all);
    return new Confidence(
        front,
        entries.subList(0, best),
        entries.subList(best, all.size()),
        from,
        Hypervolume.of(front, from));
  }

  /** The knee of the front; null as for {@link Knee#of}. */
  public @Nullable PointConfidence knee() {
    Point knee = Knee.of(front);
    return knee == null ? null : points.get(front.points().indexOf(knee));
  }

  /** Whether the bootstrap has a result. */
  public boolean knowsChance() {
    return points.stream().anyMatch(entry -> !Double.isNaN(entry.onFront()));
  }
}
