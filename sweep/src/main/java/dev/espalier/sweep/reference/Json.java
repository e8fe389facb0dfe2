package dev.espalier.sweep.reference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pieces of JSON schemas, as maps and lists. */
final class Json {
  private Json() {}

  /** A map of these keys and values, one after the other, in their order. */
  static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  /** Any of some schemas; the only one where there is one. */
  static Map<String, Object> anyOf(List<Map<String, Object>> schemas) {
    return schemas.size() == 1 ? schemas.get(0) : map("anyOf", schemas);
  }

  /** A list of at least {@code least} items. */
  static Map<String, Object> list(Map<String, Object> items, int least, boolean distinct) {
    Map<String, Object> list = map("type", "array", "items", items);
    if (least > 0) {
      list.put("minItems", least);
    }
    if (distinct) {
      list.put("uniqueItems", true);
    }
    return list;
  }

  /** A map that has these keys. */
  static Map<String, Object> has(String... keys) {
    return map("required", List.of(keys));
  }

  /** A map in which these keys must not be. */
  static Map<String, Object> without(String... keys) {
    Map<String, Object> none = new LinkedHashMap<>();
    for (String key : keys) {
      none.put(key, false);
    }
    return map("properties", none);
  }

  /** A map whose value under a key, if there is one, is as {@code value} says. */
  static Map<String, Object> where(String key, Map<String, Object> value) {
    return map("properties", map(key, value));
  }

  /** A map that has a key, whose value is as {@code value} says. */
  static Map<String, Object> hasWhere(String key, Map<String, Object> value) {
    Map<String, Object> where = where(key, value);
    where.putAll(has(key));
    return where;
  }

  /** All of some schemas. */
  static Map<String, Object> allOf(List<Map<String, Object>> schemas) {
    return map("allOf", schemas);
  }

  /** {@code then} where {@code condition} holds, else {@code otherwise}. */
  static Map<String, Object> when(
      Map<String, Object> condition, Map<String, Object> then, Map<String, Object> otherwise) {
    return map("if", condition, "then", then, "else", otherwise);
  }
}
