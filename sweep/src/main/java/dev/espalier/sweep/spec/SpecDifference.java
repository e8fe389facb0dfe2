package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.YamlWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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
          Keys.CONTROLS,
          Keys.CHECKPOINTS);

  private SpecDifference() {}

  /**
   * Differences outside of grid, pipelines, include, exclude, seeds, objectives, controls and
   * checkpoints, such as {@code baseline.epochs: 6 before, 8 now}; empty if {@code now} extends
   * {@code before}. Lists of several values in {@code baseline} may become longer: names tell their
   * values already.
   */
  public static List<String> between(SweepSpec before, SweepSpec now) {
    Map<String, Object> oldTree = tree(before);
    Map<String, Object> freshTree = tree(now);
    if (freshTree.get(Keys.BASELINE.name()) instanceof Map<?, ?> baseline) {
      freshTree.put(Keys.BASELINE.name(), shortened(baseline, oldTree.get(Keys.BASELINE.name())));
    }
    Map<String, String> old = leaves(oldTree);
    Map<String, String> fresh = leaves(freshTree);
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

  private static Map<String, Object> tree(SweepSpec spec) {
    Map<String, Object> tree = SpecTree.of(spec);
    FREE.forEach(key -> tree.remove(key.name()));
    return tree;
  }

  /** The map with its lists as they were before, where they have only become longer. */
  private static Map<String, Object> shortened(Map<?, ?> now, @Nullable Object before) {
    Map<?, ?> old = before instanceof Map<?, ?> map ? map : Map.of();
    Map<String, Object> shortened = new LinkedHashMap<>();
    now.forEach((key, value) -> shortened.put("" + key, shortened(value, old.get(key))));
    return shortened;
  }

  private static Object shortened(Object now, @Nullable Object before) {
    if (now instanceof Map<?, ?> map) {
      return shortened(map, before);
    }
    boolean extended =
        now instanceof List<?> list
            && before instanceof List<?> old
            && old.size() > 1
            && list.get(0).equals(old.get(0))
            && list.containsAll(old);
    return extended ? Objects.requireNonNull(before) : now;
  }

  private static Map<String, String> leaves(Map<String, Object> tree) {
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
