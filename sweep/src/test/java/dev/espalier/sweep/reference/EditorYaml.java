package dev.espalier.sweep.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** YAML as editors read it, by the core schema of YAML 1.2, in which {@code yes} is a word. */
final class EditorYaml {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");

  private EditorYaml() {}

  /**
   * A document as JSON.
   *
   * @throws YAMLException if an editor would underline it before it looks at any schema
   */
  static JsonNode read(String text) {
    Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
    return root == null ? JSON.nullNode() : json(root);
  }

  private static JsonNode json(Node node) {
    if (node instanceof MappingNode mapping) {
      ObjectNode map = JSON.objectNode();
      for (NodeTuple entry : mapping.getValue()) {
        String key = ((ScalarNode) entry.getKeyNode()).getValue();
        if (map.replace(key, json(entry.getValueNode())) != null) {
          throw new YAMLException(key + " stands there twice");
        }
      }
      return map;
    }
    if (node instanceof SequenceNode sequence) {
      ArrayNode list = JSON.arrayNode();
      sequence.getValue().forEach(item -> list.add(json(item)));
      return list;
    }
    ScalarNode scalar = (ScalarNode) node;
    JsonNode plain = scalar.getScalarStyle() == ScalarStyle.PLAIN ? plain(scalar.getValue()) : null;
    return plain == null ? JSON.textNode(scalar.getValue()) : plain;
  }

  private static @Nullable JsonNode plain(String text) {
    return switch (text) {
      case "", "null", "~" -> JSON.nullNode();
      case "true" -> JSON.booleanNode(true);
      case "false" -> JSON.booleanNode(false);
      default -> NUMBER.matcher(text).matches() ? JSON.numberNode(new BigDecimal(text)) : null;
    };
  }
}
