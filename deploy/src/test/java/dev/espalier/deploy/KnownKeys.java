package dev.espalier.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys of a file format and what their values may be, as the schema of its makers has them: a
 * line each, {@code path type|type [required]}, where {@code *} stands for any name.
 */
record KnownKeys(Map<String, Rule> rules) {

  /**
   * What holds for the value of a key.
   *
   * @param types as JSON schemas name them
   */
  record Rule(Set<String> types, boolean isRequired) {}

  /** Those of a resource beside this class. */
  static KnownKeys of(String resource) throws IOException {
    Map<String, Rule> rules = new LinkedHashMap<>();
    try (InputStream in = KnownKeys.class.getResourceAsStream(resource)) {
      String text =
          new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(line -> !line.startsWith("#")).toList()) {
        List<String> words = List.of(line.split(" ", -1));
        rules.put(
            words.get(0),
            new Rule(Set.of(words.get(1).split("\\|", -1)), words.contains("required")));
      }
    }
    return new KnownKeys(rules);
  }

  /** What is wrong with a map at a path of the format, to the depth that the rules have. */
  List<String> problems(Map<?, ?> map, String path) {
    List<String> problems = new ArrayList<>();
    String prefix = path.isEmpty() ? "" : path + ".";
    Set<String> missing = new TreeSet<>();
    rules.forEach(
        (key, rule) -> {
          if (rule.isRequired() && key.startsWith(prefix)) {
            missing.add(key.substring(prefix.length()));
          }
        });
    missing.removeIf(key -> key.contains(".") || map.containsKey(key));
    missing.forEach(key -> problems.add(prefix + key + " is missing"));
    map.forEach((key, value) -> problems.addAll(problems(prefix, "" + key, value)));
    return problems;
  }

  private List<String> problems(String prefix, String key, Object value) {
    Rule named = rules.get(prefix + key);
    String path = named == null ? prefix + "*" : prefix + key;
    Rule rule = named == null ? rules.get(path) : named;
    boolean anyName = rule == null && rules.keySet().stream().anyMatch(k -> k.startsWith(path));
    if (rule == null && !anyName) {
      return List.of(prefix + key + " is no key");
    } else if (rule != null && !rule.types().contains(type(value)) && !isAny(rule)) {
      return List.of(
          "%s%s must be %s, found %s"
              .formatted(prefix, key, new TreeSet<>(rule.types()), type(value)));
    }
    boolean isDeeper = rules.keySet().stream().anyMatch(k -> k.startsWith(path + "."));
    return isDeeper && value instanceof Map<?, ?> map ? problems(map, path) : List.of();
  }

  private static boolean isAny(Rule rule) {
    return rule.types().contains("any");
  }

  private static String type(Object value) {
    if (value instanceof Map) {
      return "object";
    } else if (value instanceof List) {
      return "array";
    } else if (value instanceof Integer || value instanceof Long) {
      return "integer";
    }
    return value instanceof Boolean ? "boolean" : "string";
  }
}
