package dev.espalier.sweep.pareto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names of trials without the parts that all of them have: {@code resnet18-w0.25-s0.9-flat-seed1}
 * and {@code resnet18-w0.25-s0-seed1} are {@code s0.9-flat} and {@code s0} of {@code
 * resnet18-w0.25, seed1}.
 *
 * @param inAll what all names have, joined where it stands side by side; empty if there is nothing
 * @param shortened by whole name; each another one and not empty
 */
record ShortNames(List<String> inAll, Map<String, String> shortened) {
  private static final String SEPARATOR = "-";

  ShortNames {
    inAll = List.copyOf(inAll);
    shortened = Map.copyOf(shortened);
  }

  /** Shortens {@code names}; where that would leave two alike, or one empty, they stay whole. */
  static ShortNames of(Collection<String> names) {
    Set<String> different = new LinkedHashSet<>(names);
    Set<String> inAll = partsOfAll(different);
    Map<String, String> shortened = new LinkedHashMap<>();
    different.forEach(name -> shortened.put(name, without(inAll, name)));
    boolean clear =
        !shortened.containsValue("")
            && new HashSet<>(shortened.values()).size() == different.size();
    if (different.size() < 2 || !clear) {
      different.forEach(name -> shortened.put(name, name));
      return new ShortNames(List.of(), shortened);
    }
    return new ShortNames(runs(inAll, different.iterator().next()), shortened);
  }

  /** The short form of a name. */
  String of(String name) {
    return shortened.getOrDefault(name, name);
  }

  /** The parts that each name has exactly once. */
  private static Set<String> partsOfAll(Set<String> names) {
    Set<String> inAll = new LinkedHashSet<>();
    names.stream().limit(1).forEach(name -> inAll.addAll(parts(name)));
    for (String name : names) {
      List<String> parts = parts(name);
      inAll.removeIf(part -> parts.stream().filter(part::equals).count() != 1);
    }
    return inAll;
  }

  private static String without(Set<String> inAll, String name) {
    return String.join(
        SEPARATOR, parts(name).stream().filter(part -> !inAll.contains(part)).toList());
  }

  /** Neighbours in {@code name} are joined as there. */
  private static List<String> runs(Set<String> inAll, String name) {
    List<String> runs = new ArrayList<>();
    StringBuilder run = new StringBuilder();
    for (String part : parts(name)) {
      if (inAll.contains(part)) {
        run.append(run.isEmpty() ? "" : SEPARATOR).append(part);
      } else if (!run.isEmpty()) {
        runs.add(run.toString());
        run.setLength(0);
      }
    }
    if (!run.isEmpty()) {
      runs.add(run.toString());
    }
    return runs;
  }

  private static List<String> parts(String name) {
    return Arrays.asList(name.split(SEPARATOR, -1));
  }
}
