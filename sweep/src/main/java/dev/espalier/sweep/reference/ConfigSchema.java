package dev.espalier.sweep.reference;

import static dev.espalier.sweep.reference.Json.anyOf;
import static dev.espalier.sweep.reference.Json.list;
import static dev.espalier.sweep.reference.Json.map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Section;
import dev.espalier.sweep.spec.Methods;
import dev.espalier.sweep.spec.Pipeline;
import dev.espalier.sweep.spec.Sections;
import dev.espalier.sweep.spec.step.RateForm;
import dev.espalier.sweep.spec.step.StepKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The JSON schema of a config, draft 7, which editors read. It says what the keys say: types,
 * ranges, words, what is required, defaults and meanings. What no schema can say, such as that two
 * steps do not fit, is left to the reader of configs.
 */
public final class ConfigSchema {
  private static final String DRAFT = "http://json-schema.org/draft-07/schema#";
  private static final Pattern CODE = Pattern.compile("`([^`]*)`");

  private final Methods methods;
  private final Sections sections;
  private final Map<String, Object> definitions = new LinkedHashMap<>();

  private ConfigSchema(Methods methods) {
    this.methods = methods;
    this.sections = Sections.of(methods);
  }

  /**
   * The schema of configs that may name {@code methods}, as a text with a line break at its end.
   */
  public static String text(Methods methods) {
    ObjectWriter writer = new ObjectMapper().writerWithDefaultPrettyPrinter();
    try {
      return writer.writeValueAsString(new ConfigSchema(methods).config()) + "\n";
    } catch (JsonProcessingException e) {
      throw new AssertionError("maps, lists and scalars can be written", e);
    }
  }

  private Map<String, Object> config() {
    Map<String, Object> schema = map("$schema", DRAFT, "title", "A sweep of Espalier");
    schema.putAll(object(sections.config(), false));
    schema.put("allOf", Conditions.ofConfig(methods));
    schema.put("definitions", definitions);
    return schema;
  }

  /**
   * @param single whether axes are not allowed, as in the defaults of a step
   */
  private Map<String, Object> object(Section section, boolean single) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Key<?> key : section.keys()) {
      properties.put(key.name(), property(section, key, single));
      if (section.preset(key).equals(Key.REQUIRED)) {
        required.add(key.name());
      }
    }
    Map<String, Object> object = map("type", "object");
    if (!section.note().isEmpty()) {
      object.put("description", PlainText.withoutLinks(section.note()));
    }
    object.put("properties", properties);
    if (section.equals(sections.cells())) {
      object.put("patternProperties", numbered(properties));
    }
    object.put("additionalProperties", false);
    if (!required.isEmpty()) {
      object.put("required", required);
    }
    object.putAll(Conditions.of(section.title()));
    object.putAll(Conditions.ofOptions(section.title(), methods));
    return object;
  }

  /** The parameters of steps that stand in a pipeline for the second time: {@code sparsity.2}. */
  private Map<String, Object> numbered(Map<String, Object> parameters) {
    Map<String, Object> numbered = new LinkedHashMap<>();
    for (String name : parameters.keySet()) {
      String pointer = "#/definitions/" + name(sections.cells(), false) + "/properties/" + name;
      numbered.put("^" + name + "\\.[2-9][0-9]*$", map("$ref", pointer));
    }
    return numbered;
  }

  private Map<String, Object> property(Section section, Key<?> key, boolean single) {
    Map<String, Object> property = map();
    Map<String, Object> values = anyOf(values(key, single));
    if (values.containsKey("$ref")) {
      property.put("allOf", List.of(values)); // Draft 7 reads nothing beside a $ref.
    } else {
      property.putAll(values);
    }
    String preset = section.preset(key);
    String text = PlainText.withoutLinks(key.meaning());
    property.put("description", text + "\n\nDefault: " + PlainText.withoutLinks(preset));
    Matcher code = CODE.matcher(preset);
    if (code.matches()) {
      property.put("default", value(code.group(1)));
    }
    return property;
  }

  /** What may stand under a key: any of these. */
  private List<Map<String, Object>> values(Key<?> key, boolean single) {
    Section under = sections.under(key);
    boolean isDefaults = single || methods.words().contains(key.name());
    return switch (key.form()) {
      case MAP -> under == null ? List.of(pipelines()) : maps(key, reference(under, isDefaults));
      case MAPS -> {
        Map<String, Object> map = reference(Objects.requireNonNull(under), false);
        yield List.of(map, list(map, 0, false));
      }
      default -> values(key, scalars(key, under), single);
    };
  }

  /** A map, or one of the words that may stand for it. */
  private static List<Map<String, Object>> maps(Key<?> key, Map<String, Object> map) {
    List<Map<String, Object>> values = new ArrayList<>(List.of(map));
    if (!key.rule().words().isEmpty()) {
      values.addAll(ScalarSchema.of(key.rule()));
    }
    return values;
  }

  private List<Map<String, Object>> scalars(Key<?> key, @Nullable Section under) {
    List<Map<String, Object>> scalars = new ArrayList<>(ScalarSchema.of(key.rule()));
    if (under != null) {
      scalars.add(reference(under, false));
    }
    return scalars;
  }

  private static List<Map<String, Object>> values(
      Key<?> key, List<Map<String, Object>> one, boolean single) {
    Map<String, Object> value = anyOf(one);
    List<Map<String, Object>> values = new ArrayList<>(one);
    switch (key.form()) {
      case SOME -> {
        if (!single) {
          values.add(list(value, 1, true));
        }
      }
      case LISTS -> {
        Map<String, Object> list = list(value, 0, false);
        values.add(list);
        if (!single) {
          List<Map<String, Object>> either = new ArrayList<>(one);
          either.add(list);
          values.add(list(anyOf(either), 1, true));
        }
      }
      case SET -> values.add(list(value, 0, true));
      case EACH -> values.add(list(value, 1, false));
      case LIST -> values.add(list(value, 0, false));
      case ONE, MAP, MAPS -> {}
    }
    return values;
  }

  private Map<String, Object> pipelines() {
    Map<String, Object> steps = new LinkedHashMap<>();
    for (StepKind kind : methods.steps()) {
      Map<String, Object> step = anyOf(step(kind));
      step.put("description", kind.meaning());
      steps.put(kind.word(), step);
    }
    Map<String, Object> step =
        map(
            "type",
            "object",
            "properties",
            steps,
            "additionalProperties",
            false,
            "minProperties",
            1,
            "maxProperties",
            1);
    return map(
        "type",
        "object",
        "propertyNames",
        map("pattern", "^" + Pipeline.NAMES.form().pattern() + "$"),
        "additionalProperties",
        list(step, 1, false),
        "minProperties",
        1);
  }

  /** A map of options, a value of the first one, none, or a list of these. */
  private List<Map<String, Object>> step(StepKind kind) {
    List<Map<String, Object>> one = new ArrayList<>();
    one.add(reference(kind.section(), false));
    one.add(map("const", "none"));
    one.add(map("type", "null"));
    one.addAll(ScalarSchema.of(kind.options().get(0).key().rule()));
    List<Map<String, Object>> values = new ArrayList<>(one);
    values.add(list(anyOf(one), 1, true));
    return values;
  }

  private Map<String, Object> reference(Section section, boolean single) {
    // A rate is one value, whose steps are a list all the same.
    boolean isSingle = single && !section.equals(RateForm.SECTION);
    String name = name(section, isSingle);
    if (!definitions.containsKey(name)) {
      definitions.put(name, map()); // keeps its place before those that it refers to
      definitions.put(name, object(section, isSingle));
    }
    return map("$ref", "#/definitions/" + name);
  }

  private static String name(Section section, boolean single) {
    return section.title().replace(' ', '-') + (single ? "-default" : "");
  }

  /** A value as a config has it: a number, a flag, a list of them, or a word. */
  private static Object value(String text) {
    try {
      return new ObjectMapper().readValue(text, Object.class);
    } catch (JsonProcessingException word) {
      return text;
    }
  }
}
