package dev.espalier.sweep.pareto;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What points are called in a table: by the numbers of their trials and by short names, with what
 * all of them have in common said once above.
 *
 * @param numbers of trials, by their ids
 * @param seeds of each point, where that is the same for all; else 1
 * @param showSeeds whether each row has to say how many seeds it is of
 */
record Names(ShortNames shortNames, Map<String, Integer> numbers, int seeds, boolean showSeeds) {
  private static final int MOST_NUMBERS = 3;

  static Names of(List<PointConfidence> entries, Map<String, Integer> numbers) {
    return ofPoints(entries.stream().map(PointConfidence::point).toList(), numbers);
  }

  /** The names of points that stand in one table. */
  static Names ofPoints(Collection<Point> points, Map<String, Integer> numbers) {
    ShortNames names = ShortNames.of(points.stream().map(Point::name).toList());
    List<Integer> seeds = points.stream().map(p -> p.trials().size()).distinct().toList();
    boolean same = seeds.size() == 1 && points.size() > 1;
    boolean repeated = seeds.stream().anyMatch(count -> count > 1);
    return new Names(names, Map.copyOf(numbers), same ? seeds.get(0) : 1, repeated && !same);
  }

  /** Whether there are numbers to show. */
  boolean numbered() {
    return !numbers.isEmpty();
  }

  /** {@code 7}, or {@code 7,15,23} for a point of three seeds; nothing for one that is no trial. */
  String number(Point point) {
    List<Integer> known =
        point.trials().stream()
            .filter(trial -> numbers.containsKey(trial.trial()))
            .map(trial -> numbers.getOrDefault(trial.trial(), 0))
            .toList();
    String first =
        known.stream().limit(MOST_NUMBERS).map(String::valueOf).collect(Collectors.joining(","));
    return known.size() > MOST_NUMBERS ? first + ",..." : first;
  }

  /** {@code 7, resnet18-s0.9}: number and whole name; the name alone where it has no number. */
  static String numbered(Point point, Map<String, Integer> numbers) {
    String number = ofPoints(List.of(point), numbers).number(point);
    return number.isEmpty() ? point.name() : number + ", " + point.name();
  }

  String name(Point point) {
    return shortNames.of(point.name());
  }

  /** The line above the table; none where the points have nothing in common. */
  List<TextLine> inAll() {
    List<String> parts = new ArrayList<>(shortNames.inAll());
    if (seeds > 1) {
      parts.add(seeds + " seeds");
    }
    return parts.isEmpty()
        ? List.of()
        : List.of(new TextLine(TextLine.Kind.HEAD, "all: " + String.join(", ", parts)));
  }
}
