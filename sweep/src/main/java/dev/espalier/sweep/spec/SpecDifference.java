package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.YamlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What makes two specs different sweeps. */
public final class SpecDifference {
  /** A sweep may be extended by these: they choose trials or checkpoints, and change none. */
  private static final Set<Key<?>> FREE =
      Set.of(
          Keys.GRID,
          Keys.PIPELINES,
          Keys.INCLUDE,
          Keys.EXCLUDE,
          Keys.SEEDS,
          Keys.OBJECTIVES,
          Keys.CHECKPOINTS);

  private SpecDifference() {}

  /**
   * Differences outside of grid, pipelines, include, exclude, seeds, objectives and checkpoints,
   * such as {@code baseline.epochs: 6 before, 8 now}; empty if {@code now} extends {@code before}.
   */
  public static List<String> between(SweepSpec before, SweepSpec now) {
    Map<String, String> old = leaves(before);
    Map<String, String> fresh = leaves(now);
    Set<String> paths = new TreeSet<>(old.keySet());
    paths.addAll(fresh.keySet());
    List<String> differences = new ArrayList<>();
    for (String path : paths) {
      String was = old.getOrDefault(path, "absent");
      String is = fresh.getOrDefault(path, "absent");
      if (!was.equals(is)) {
        differences.add(path + ": " + was + " before, " + is + " now");
      }
    }
    return differences;
  }

  private static Map<String, String> leaves(SweepSpec spec) {
    Map<String, Object> tree = SpecTree.of(spec);
    FREE.forEach(key -> tree.remove(key.name()));
    Map<String, String> leaves = new TreeMap<>();
    collect(tree, "", leaves);
    return leaves;
  }

  private static void collect(Object value, String path, Map<String, String> leaves) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, inner) -> collect(inner, path.isEmpty() ? "" + key : path + "." + key, leaves));
    } else {
      leaves.put(path, YamlWriter.flow(value));
    }
  }
}
