package dev.espalier.sweep.spec;

import dev.espalier.sweep.config.Node;
import dev.espalier.sweep.config.Problems;
import dev.espalier.sweep.config.SourceLocation;
import dev.espalier.sweep.config.YamlText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The presets of {@code semantics}: each a YAML file of defaults that make steps mean what they
 * mean in another tool. They are laid under the config, whose own values win.
 */
final class Semantics {
  /** The key of a config. */
  static final String KEY = "semantics";

  static final List<String> WORDS =
      List.of("tfmot", "torch", "torch-pruning", "deep-compression", "edgemark");

  private Semantics() {}

  /** The config with the values of its preset where it has none; as it is where it names none. */
  static Node under(Node root) {
    if (!(root instanceof Node.Mapping config)) {
      return root;
    }
    Node.Entry entry = config.entries().get(KEY);
    return entry != null && entry.value() instanceof Node.Scalar word && WORDS.contains(word.text())
        ? laid(config, preset(word.text()), entry.place())
        : root;
  }

  private static Node.Mapping laid(Node.Mapping config, Node.Mapping preset, SourceLocation place) {
    Map<String, Node.Entry> all = new LinkedHashMap<>(config.entries());
    preset
        .entries()
        .forEach(
            (key, below) -> {
              Node.Entry own = all.get(key);
              if (own == null || own.value() instanceof Node.Nothing) {
                all.put(key, new Node.Entry(place, below.value()));
              } else if (own.value() instanceof Node.Mapping inner
                  && below.value() instanceof Node.Mapping map) {
                all.put(key, new Node.Entry(own.place(), laid(inner, map, place)));
              }
            });
    return new Node.Mapping(config.place(), all);
  }

  /** The file of a preset: {@code prune: {scope: layerwise}}. */
  private static Node.Mapping preset(String word) {
    String file = "semantics/" + word + ".yaml";
    try (InputStream in = Objects.requireNonNull(Semantics.class.getResourceAsStream(file), file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return (Node.Mapping)
          YamlText.parse(
              text, (line, column) -> SourceLocation.line(file, line, column), "", new Problems());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
