package dev.espalier.sweep.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A YAML value that knows its place. Scalars are text: what they mean is up to the key. */
public sealed interface Node {
  SourceLocation place();

  /** For "found ...". */
  String describe();

  record Scalar(SourceLocation place, String text) implements Node {
    @Override
    public String describe() {
      if (text.isBlank()) {
        return "an empty text";
      }
      return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
  }

  /** A key without a value. */
  record Nothing(SourceLocation place) implements Node {
    @Override
    public String describe() {
      return "nothing";
    }
  }

  record Sequence(SourceLocation place, List<Node> items) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return "a list";
    }
  }

  /** Keys in the order of the file. */
  record Mapping(SourceLocation place, Map<String, Entry> entries) implements Node {
    public Mapping {
      entries = new LinkedHashMap<>(entries);
    }

    @Override
    public String describe() {
      return "a map";
    }
  }

  /** Something that was reported already, and is passed over in silence from then on. */
  record Broken(SourceLocation place) implements Node {
    @Override
    public String describe() {
      return "a broken value";
    }
  }

  /**
   * A value under a key.
   *
   * @param place of the key
   */
  record Entry(SourceLocation place, Node value) {}
}
