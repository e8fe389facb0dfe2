package dev.espalier.sweep.reference;

import static dev.espalier.sweep.reference.Json.allOf;
import static dev.espalier.sweep.reference.Json.anyOf;
import static dev.espalier.sweep.reference.Json.has;
import static dev.espalier.sweep.reference.Json.hasWhere;
import static dev.espalier.sweep.reference.Json.map;
import static dev.espalier.sweep.reference.Json.when;
import static dev.espalier.sweep.reference.Json.where;
import static dev.espalier.sweep.reference.Json.without;

import dev.espalier.sweep.spec.Methods;
import dev.espalier.sweep.spec.step.Option;
import dev.espalier.sweep.spec.step.StepKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the keys of one map ask of each other, by the title of the map. */
final class Conditions {
  private static final Map<String, Object> NOTHING = Map.of();

  /** Maps with at least one key. */
  private static final List<String> NOT_EMPTY = List.of("grid", "include and exclude");

  private Conditions() {}

  /** A schema that the map must match too; empty where its keys are free. */
  static Map<String, Object> of(String title) {
    return switch (title) {
      case "dataset" -> dataset();
      case "model" ->
          when(
              has("layers"),
              without("architecture"),
              allOf(List.of(has("architecture"), without("name"))));
      case "baseline" ->
          when(
              has("from"),
              without("epochs", "learning-rate"),
              allOf(List.of(has("epochs"), without("input"))));
      case "learning-rate" ->
          when(hasWhere("schedule", map("const", "steps")), has("at"), without("at", "factor"));
      case "objectives" ->
          anyOf(List.of(hasWhere("maximize", notEmpty()), hasWhere("minimize", notEmpty())));
      default -> NOT_EMPTY.contains(title) ? map("minProperties", 1) : NOTHING;
    };
  }

  private static Map<String, Object> dataset() {
    return when(
        hasWhere("name", map("const", "images")), has("path", "validation"), without("path"));
  }

  private static Map<String, Object> notEmpty() {
    return map("not", map("type", "array", "maxItems", 0));
  }

  /** A step has not two of the options of which it needs one; empty for maps of other things. */
  static Map<String, Object> ofOptions(String title, Methods methods) {
    return methods.steps().stream()
        .filter(kind -> kind.word().equals(title) && kind.needed().size() > 1)
        .map(
            kind ->
                kind.needed().stream().map(option -> option.key().name()).toArray(String[]::new))
        .map(names -> map("not", has(names)))
        .findFirst()
        .orElse(NOTHING);
  }

  /** What the keys of the whole config ask of each other. */
  static List<Map<String, Object>> ofConfig(Methods methods) {
    List<Map<String, Object>> all = new ArrayList<>();
    Map<String, Object> own =
        hasWhere("baseline", map("type", "object", "required", List.of("from")));
    all.add(when(own, without("model"), has("model")));
    all.add(when(has("pipelines"), without("grid"), has("grid")));
    all.add(where("model", notEmpty()));
    for (StepKind kind : methods.steps()) {
      if (!kind.needed().isEmpty()) {
        all.add(needed(kind));
      }
    }
    return all;
  }

  /** A step has one of the options that it needs, unless the defaults at the top may have it. */
  private static Map<String, Object> needed(StepKind kind) {
    List<Map<String, Object>> one = new ArrayList<>();
    for (Option<?> option : kind.needed()) {
      one.add(has(option.key().name()));
    }
    Map<String, Object> elsewhere =
        anyOf(List.of(has("semantics"), hasWhere(kind.word(), anyOf(one))));
    Map<String, Object> there = map("type", "object");
    there.putAll(anyOf(one));
    Map<String, Object> map = when(map("type", List.of("object", "null")), there, NOTHING);
    Map<String, Object> step = when(map("type", "array"), map("items", map), map);
    Map<String, Object> inPipelines =
        where("pipelines", map("additionalProperties", map("items", where(kind.word(), step))));
    return when(elsewhere, NOTHING, inPipelines);
  }
}
