package dev.espalier.sweep.pareto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much a front has won over a reference point: the volume of all that is better than the
 * reference and beaten or equalled by a point of the front (Zitzler and Thiele 1999,
 * "Multiobjective evolutionary algorithms: a comparative case study and the strength Pareto
 * approach"). More is better, and a front whose points all stay or improve never loses any.
 *
 * <p>Exact. Up to three objectives it takes O(n log n): the points are swept from the best in the
 * last objective on, and the area under the others grows point by point. More objectives are cut
 * down to three as While, Bradstreet and Barone 2012 do ("A fast way of calculating exact
 * hypervolumes", WFG): each point adds its own box less what the points that are better in the last
 * objective have in common with it.
 */
final class Hypervolume {
  /** So many boxes take a second or two. */
  private static final double MOST_BOXES = 1e7;

  private Hypervolume() {}

  /**
   * In units of the objectives, multiplied: for accuracy against size, accuracy times halvings of
   * the reference's size. Points that are no better than the reference in each objective add
   * nothing.
   *
   * @return NaN where an objective has no reference, or where n points in d &gt; 3 objectives would
   *     take more than 10^7 = n^(d - 2) boxes
   */
  static double of(Front front, ReferencePoint reference) {
    if (!reference.values().keySet().containsAll(front.objectives())) {
      return Double.NaN;
    }
    List<double[]> gains = new ArrayList<>();
    for (Point point : front.points()) {
      double[] of = reference.gains(point, front.objectives());
      if (Arrays.stream(of).allMatch(gain -> gain > 0 && gain < Double.POSITIVE_INFINITY)) {
        gains.add(of);
      }
    }
    int dimensions = front.objectives().size();
    boolean large = dimensions > 3 && StrictMath.pow(gains.size(), dimensions - 2) > MOST_BOXES;
    return large ? Double.NaN : of(gains, dimensions);
  }

  /** Of the union of the boxes between the origin and {@code points}, in their first dimensions. */
  static double of(List<double[]> points, int dimensions) {
    return switch (dimensions) {
      case 1 -> points.stream().mapToDouble(p -> p[0]).max().orElse(0);
      case 2 -> new Stairs().add(points);
      case 3 -> slices(points);
      default -> exclusive(points, dimensions);
    };
  }

  /** Three dimensions: between two neighbours in the last one the area stays as it is. */
  private static double slices(List<double[]> points) {
    List<double[]> sorted = new ArrayList<>(points);
    sorted.sort(Comparator.comparingDouble((double[] p) -> p[2]).reversed());
    Stairs stairs = new Stairs();
    double area = 0;
    double volume = 0;
    for (int i = 0; i < sorted.size(); i++) {
      area += stairs.add(sorted.get(i)[0], sorted.get(i)[1]);
      volume += area * (sorted.get(i)[2] - (i + 1 < sorted.size() ? sorted.get(i + 1)[2] : 0));
    }
    return volume;
  }

  /** Four and more: what each point alone has, counted with those after it. */
  private static double exclusive(List<double[]> points, int dimensions) {
    int last = dimensions - 1;
    List<double[]> sorted = new ArrayList<>(points);
    sorted.sort(Comparator.comparingDouble(p -> p[last]));
    double volume = 0;
    for (int i = 0; i < sorted.size(); i++) {
      double[] point = sorted.get(i);
      double own = 1;
      for (int d = 0; d < last; d++) {
        own *= point[d];
      }
      List<double[]> common = new ArrayList<>();
      for (double[] other : sorted.subList(i + 1, sorted.size())) {
        double[] corner = new double[last];
        for (int d = 0; d < last; d++) {
          corner[d] = Math.min(point[d], other[d]);
        }
        addUnlessCovered(corner, common);
      }
      volume += point[last] * (own - of(common, last));
    }
    return volume;
  }

  /** Adds a corner where none of {@code corners} covers it, in place of those that it covers. */
  private static void addUnlessCovered(double[] corner, List<double[]> corners) {
    if (corners.stream().noneMatch(other -> covers(other, corner))) {
      corners.removeIf(other -> covers(corner, other));
      corners.add(corner);
    }
  }

  private static boolean covers(double[] a, double[] b) {
    for (int d = 0; d < a.length; d++) {
      if (a[d] < b[d]) {
        return false;
      }
    }
    return true;
  }

  /** The area under points in a plane: stairs that lead down to the right. */
  private static final class Stairs {
    private final TreeMap<Double, Double> heights = new TreeMap<>();

    private double add(List<double[]> points) {
      return points.stream().mapToDouble(p -> add(p[0], p[1])).sum();
    }

    /** Adds a point and returns by how much the area grows. */
    private double add(double x, double y) {
      Map.Entry<Double, Double> right = heights.ceilingEntry(x);
      double below = right == null ? 0 : right.getValue();
      if (below >= y) {
        return 0;
      }
      double grown = 0;
      double edge = x;
      Map.Entry<Double, Double> left = heights.floorEntry(x);
      while (left != null && left.getValue() <= y) {
        grown += (edge - left.getKey()) * (y - below);
        edge = left.getKey();
        below = left.getValue();
        heights.remove(edge);
        left = heights.lowerEntry(edge);
      }
      grown += (edge - (left == null ? 0 : left.getKey())) * (y - below);
      heights.put(x, y);
      return grown;
    }
  }
}
