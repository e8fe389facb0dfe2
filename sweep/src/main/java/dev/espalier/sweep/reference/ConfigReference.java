package dev.espalier.sweep.reference;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Nearest;
import dev.espalier.sweep.config.Section;
import dev.espalier.sweep.spec.Methods;
import dev.espalier.sweep.spec.Sections;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of a config by their paths, such as {@code prune.sparsity}, in words for a terminal. */
public final class ConfigReference {
  private static final int COLUMNS = 100;
  private static final List<String> CHOICES = List.of("include", "exclude");

  /**
   * A key where it stands.
   *
   * @param path from the top of the config, {@code pipelines} left out
   * @param section that has the key
   * @param under the map that may stand under it; null where none may
   */
  private record Place(String path, Section section, Key<?> key, @Nullable Section under) {
    boolean isChoice() {
      return CHOICES.stream().anyMatch(choice -> path.startsWith(choice + "."));
    }
  }

  private final Methods methods;
  private final Section config;
  private final List<Place> places = new ArrayList<>();

  private ConfigReference(Methods methods, Sections sections) {
    this.methods = methods;
    this.config = sections.config();
    collect(sections, config, "");
  }

  /** The reference of configs that may name {@code methods}. */
  public static ConfigReference of(Methods methods) {
    return new ConfigReference(methods, Sections.of(methods));
  }

  private void collect(Sections sections, Section section, String before) {
    for (Key<?> key : section.keys()) {
      Section under = sections.under(key);
      places.add(new Place(before + key.name(), section, key, under));
      if (under != null) {
        collect(sections, under, before + key.name() + ".");
      }
    }
  }

  /** The paths of all keys, in the order of the reference. */
  public List<String> paths() {
    return places.stream().map(Place::path).toList();
  }

  /**
   * What the reference says of a key, in lines: of the key at a path, or of all keys of a name.
   *
   * @param word a path; as in messages it may name a pipeline and places in lists: {@code
   *     pipelines.one[0].prune.sparsity[2]}
   * @return empty where there is no such key
   */
  public List<String> lines(String word) {
    if (word.equals(config.title())) {
      return map(config, "");
    }
    List<String> lines = new ArrayList<>();
    for (Place place : named(word)) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.addAll(lines(place));
    }
    return lines;
  }

  /**
   * {@code "; did you mean WORD?"} for a word that is no key; empty where none is near.
   *
   * @param others words that may be meant too
   */
  public String hint(String word, Collection<String> others) {
    Set<String> words = new LinkedHashSet<>(paths());
    words.addAll(others);
    places.forEach(place -> words.add(place.key().name()));
    return Nearest.hint(path(word), words);
  }

  private static String path(String word) {
    return word.replaceAll("\\[\\d+]", "")
        .replaceFirst("^pipelines\\.[^.]+\\.", "")
        .replaceFirst("\\.\\d+$", "");
  }

  /**
   * The place of a path, or those of a name, where choices of cells count only if there is nothing
   * else.
   */
  private List<Place> named(String word) {
    String path = path(word);
    List<Place> exact = places.stream().filter(place -> place.path().equals(path)).toList();
    if (!exact.isEmpty()) {
      return exact;
    }
    List<Place> named = places.stream().filter(place -> place.path().endsWith("." + path)).toList();
    List<Place> others = named.stream().filter(place -> !place.isChoice()).toList();
    return others.isEmpty() ? named : others;
  }

  private List<String> lines(Place place) {
    List<String> lines = new ArrayList<>();
    lines.add(place.path());
    describe(lines, place.section(), place.key(), "  ");
    if (methods.words().contains(place.path())) {
      lines.addAll(
          PlainText.wrapped(
              "  ",
              "At the top of a config it holds the defaults of the step, one value for each key; in"
                  + " a pipeline it is the step itself, and each key takes a list too.",
              COLUMNS));
    }
    if (place.under() != null) {
      lines.addAll(map(place.under(), "  "));
    }
    return lines;
  }

  private static void describe(List<String> lines, Section section, Key<?> key, String indent) {
    lines.addAll(PlainText.wrapped(indent + "value:   ", key.words(), COLUMNS));
    lines.addAll(
        PlainText.wrapped(indent + "default: ", PlainText.of(section.preset(key)), COLUMNS));
    lines.addAll(PlainText.wrapped(indent, PlainText.of(key.meaning()), COLUMNS));
  }

  /** A map: what the reference says of it, and its keys. */
  private static List<String> map(Section section, String indent) {
    List<String> lines = new ArrayList<>();
    if (!section.note().isEmpty()) {
      lines.addAll(PlainText.wrapped(indent, PlainText.of(section.note()), COLUMNS));
    }
    for (Key<?> key : section.keys()) {
      lines.add("");
      lines.add(indent + key.name());
      describe(lines, section, key, indent + "  ");
    }
    return lines;
  }
}
