package dev.espalier.workers.dl4j;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonToken;
import org.nd4j.shade.jackson.databind.JavaType;
import org.nd4j.shade.jackson.databind.JsonMappingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.cfg.MapperConfig;
import org.nd4j.shade.jackson.databind.jsontype.PolymorphicTypeValidator;

/**
 * The JSON of a graph. It names Java classes, and Jackson initializes a class before it finds that
 * it is of the wrong type; so names other than those of Deeplearning4j's own classes are refused
 * before any class is looked for.
 */
final class GraphText {
  static final String ENTRY = "configuration.json";

  private static final int MAX_BYTES = 1 << 24;
  private static final int MAX_DEPTH = 100;

  /** Where layers, vertices, activations, losses and all that they are made of live. */
  private static final Set<String> PACKAGES =
      Set.of(
          "org.deeplearning4j.nn.conf.constraint",
          "org.deeplearning4j.nn.conf.distribution",
          "org.deeplearning4j.nn.conf.dropout",
          "org.deeplearning4j.nn.conf.graph",
          "org.deeplearning4j.nn.conf.graph.rnn",
          "org.deeplearning4j.nn.conf.inputs",
          "org.deeplearning4j.nn.conf.layers",
          "org.deeplearning4j.nn.conf.layers.convolutional",
          "org.deeplearning4j.nn.conf.layers.misc",
          "org.deeplearning4j.nn.conf.layers.recurrent",
          "org.deeplearning4j.nn.conf.layers.util",
          "org.deeplearning4j.nn.conf.preprocessor",
          "org.deeplearning4j.nn.conf.stepfunctions",
          "org.deeplearning4j.nn.conf.weightnoise",
          "org.deeplearning4j.nn.weights",
          "org.nd4j.linalg.activations.impl",
          "org.nd4j.linalg.learning.config",
          "org.nd4j.linalg.learning.regularization",
          "org.nd4j.linalg.lossfunctions.impl",
          "org.nd4j.linalg.schedule");

  private static final ObjectMapper MAPPER = careful(NeuralNetConfiguration.mapper());

  /** Of 1.0.0-alpha and older, where kinds of layers have short names instead of classes. */
  private static final ObjectMapper LEGACY = careful(JsonMappers.getLegacyMapper());

  private GraphText() {}

  /**
   * The configuration in a file.
   *
   * @throws IllegalArgumentException if it is that of something else, names a foreign class, is
   *     larger than 16 MiB, or is no JSON
   */
  static ComputationGraphConfiguration read(ModelArchive archive) {
    if (!archive.has(ENTRY)) {
      throw ModelArchive.refused(
          archive.file(), ModelArchive.SAVED_GRAPH, "a zip without " + ENTRY);
    }
    String json = new String(archive.read(ENTRY, MAX_BYTES), StandardCharsets.UTF_8);
    try {
      check(archive, json);
      ObjectMapper mapper = json.contains("\"@class\"") ? MAPPER : LEGACY;
      return mapper.readValue(json, ComputationGraphConfiguration.class);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s: %s must be the JSON of a graph, found %s"
              .formatted(archive.file(), ENTRY, ModelArchive.firstLine(e)),
          e);
    }
  }

  /** What can be said of the text without looking for a class. */
  private static void check(ModelArchive archive, String json) throws IOException {
    boolean graph = false;
    int depth = 0;
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > MAX_DEPTH) {
          throw archive.refused(ENTRY, "must be at most " + MAX_DEPTH + " levels deep", "more");
        } else if (token == JsonToken.FIELD_NAME) {
          graph |= depth == 1 && parser.getText().equals("vertices");
        } else if (token == JsonToken.VALUE_STRING) {
          requireKnown(archive, parser.currentName(), parser.getText());
        }
      }
    }
    if (!graph) {
      throw ModelArchive.refused(
          archive.file(),
          ModelArchive.SAVED_GRAPH,
          "a MultiLayerNetwork (its toComputationGraph() makes one)");
    }
  }

  /** A name may carry others as its type parameters, which nobody asks the validator about. */
  private static void requireKnown(ModelArchive archive, String key, String text) {
    if (("@class".equals(key) && !isKnown(text)) || text.indexOf('<') >= 0) {
      throw archive.refused(ENTRY, "must name Deeplearning4j's own classes only", text);
    }
  }

  private static boolean isKnown(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0
        && PACKAGES.contains(name.substring(0, dot))
        && name.substring(dot + 1).matches("[A-Za-z0-9_$]+");
  }

  private static ObjectMapper careful(ObjectMapper mapper) {
    ObjectMapper copy = mapper.copy();
    copy.setPolymorphicTypeValidator(new OwnClasses());
    return copy;
  }

  /** Jackson asks it about every name of a class, wherever in the text it stands. */
  private static final class OwnClasses extends PolymorphicTypeValidator.Base {
    private static final long serialVersionUID = 1;

    @Override
    public Validity validateSubClassName(MapperConfig<?> config, JavaType base, String name)
        throws JsonMappingException {
      if (!isKnown(name)) {
        throw new JsonMappingException(null, "a class that is not Deeplearning4j's own, " + name);
      }
      return Validity.ALLOWED;
    }
  }
}
