package dev.espalier.workers.onnx.reader;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.onnx.reader.Value.Pixels;
import dev.espalier.workers.storage.Bounded;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import onnx.OnnxMl.GraphProto;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.OperatorSetIdProto;
import onnx.OnnxMl.StringStringEntryProto;
import onnx.OnnxMl.TensorProto;
import onnx.OnnxMl.TensorProto.DataLocation;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/** ONNX files (onnx.ai), by the rules of its operator sets 7 to 25. */
public final class OnnxFile {
  private static final int FIRST_OPERATOR_SET = 7;
  private static final int LAST_OPERATOR_SET = 25;

  /** The tag of the field that every model begins with, the version of the format. */
  private static final int FIRST_BYTE = 0x08;

  /**
   * Between the deviations of pixels in [0, 1], none of which is above 0.5, and those of pixels in
   * [0, 255]; programs that scale pixels to [-1, 1] divide by 0.5 or by 127.5.
   */
  private static final double GREATEST_DEVIATION_OF_UNIT = 4;

  private OnnxFile() {}

  /** Whether a file is there and begins as an ONNX file does, whatever its name. */
  public static boolean begins(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == FIRST_BYTE;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The network of a file.
   *
   * @throws RefusedOnnxException if no table computes what it does, it does not fit the data, is
   *     damaged or cannot be read
   */
  public static OnnxNetwork read(Path file, DataFacts data) {
    return read(file, data, true);
  }

  /**
   * How many classes the network of a file tells apart, whatever the data has.
   *
   * @throws RefusedOnnxException as {@link #read}
   */
  public static int classes(Path file, DataFacts data) {
    return read(file, data, false).weighted().network().classes();
  }

  private static OnnxNetwork read(Path file, DataFacts data, boolean sameClasses) {
    ModelProto model = parse(file, content(file));
    GraphProto graph = model.getGraph();
    List<String> problems = new ArrayList<>();
    int operatorSet = operatorSet(model, problems);
    GraphReader.Read read = null;
    Normalization normalization = null;
    try {
      GraphInput input = GraphInput.of(graph, data);
      TensorReader tensors = new TensorReader(new ExternalData(folder(file)));
      read = GraphReader.of(graph, operatorSet, tensors, input, problems);
      if (read != null) {
        if (sameClasses) {
          requireClasses(read, data);
        }
        normalization = normalization(read.pixels(), input.pixels().bytes());
      }
    } catch (RefusalException e) {
      problems.add(e.problem());
    }
    if (read == null || !problems.isEmpty()) {
      throw RefusedOnnxException.of(file, problems);
    }
    return new OnnxNetwork(read.weighted(), normalization, labels(model));
  }

  /**
   * SHA-256 of a file, 64 hex digits; of one with external data that of a text with a line for the
   * file and one for each file of data, in the order of their names: its name and its SHA-256.
   *
   * @throws RefusedOnnxException if it is damaged, or names files that may not be read
   * @throws IOException if it cannot be read
   */
  public static String digest(Path file) throws IOException {
    Map<String, Path> external = new TreeMap<>();
    byte[] content = Bounded.read(file, Bounded.MOST_BYTES);
    List<String> problems = new ArrayList<>();
    ExternalData data = new ExternalData(folder(file));
    for (TensorProto tensor : tensors(parse(file, content).getGraph())) {
      if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
        try {
          external.put(ExternalData.location(tensor), data.file(tensor));
        } catch (RefusalException e) {
          problems.add("constant %s: %s".formatted(Quoted.text(tensor.getName()), e.problem()));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw RefusedOnnxException.of(file, problems);
    }
    if (external.isEmpty()) {
      return StageId.sha256(content);
    }
    StringBuilder text = new StringBuilder("onnx " + StageId.sha256(content) + "\n");
    for (Map.Entry<String, Path> part : external.entrySet()) {
      byte[] bytes = Bounded.read(part.getValue(), Bounded.MOST_BYTES);
      text.append(part.getKey()).append(' ').append(StageId.sha256(bytes)).append('\n');
    }
    return StageId.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** All tensors that may have external data. */
  private static List<TensorProto> tensors(GraphProto graph) {
    List<TensorProto> tensors = new ArrayList<>(graph.getInitializerList());
    graph
        .getNodeList()
        .forEach(
            node ->
                node.getAttributeList().stream()
                    .filter(attribute -> attribute.hasT())
                    .forEach(attribute -> tensors.add(attribute.getT())));
    return tensors;
  }

  private static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  private static byte[] content(Path file) {
    try {
      return Bounded.read(file, Bounded.MOST_BYTES);
    } catch (IOException e) {
      throw RefusedOnnxException.of(
          file, List.of("must be a file that can be read, found: " + e.getMessage()));
    }
  }

  private static ModelProto parse(Path file, byte[] content) {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(content);
    ModelProto model;
    try {
      FieldBudget.check(bytes.newCodedInput(), ModelProto.getDescriptor());
      CodedInputStream in = bytes.newCodedInput();
      in.enableAliasing(true); // Weights stay where they lie.
      model = ModelProto.parseFrom(in);
    } catch (RefusalException e) {
      throw RefusedOnnxException.of(file, List.of(e.problem()));
    } catch (IOException e) {
      String said = String.valueOf(e.getMessage()).replaceFirst("(?s)\\.( .*)?$", "");
      throw RefusedOnnxException.of(file, List.of("must be a whole ONNX file, found: " + said));
    }
    if (!model.hasGraph()) {
      throw RefusedOnnxException.of(file, List.of("must be an ONNX file with a graph, found none"));
    }
    return model;
  }

  private static int operatorSet(ModelProto model, List<String> problems) {
    long version = 0;
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
        version = set.getVersion();
      }
    }
    if (version < FIRST_OPERATOR_SET || version > LAST_OPERATOR_SET) {
      problems.add(
          "the operator set must be in [%d, %d], found %d"
              .formatted(FIRST_OPERATOR_SET, LAST_OPERATOR_SET, version));
    }
    return (int) Math.max(FIRST_OPERATOR_SET, Math.min(LAST_OPERATOR_SET, version));
  }

  private static void requireClasses(GraphReader.Read read, DataFacts data)
      throws RefusalException {
    int classes = read.weighted().network().classes();
    if (classes != data.classes()) {
      throw new RefusalException(
          "must have " + data.classes() + " classes, as the data has", classes);
    }
  }

  /**
   * How a table that reads {@code scale} times a pixel plus {@code shift} wants its pixels.
   *
   * @param bytes whether the graph reads unsigned bytes, so that white is 255
   */
  private static @Nullable Normalization normalization(@Nullable Pixels pixels, boolean bytes)
      throws RefusalException {
    if (pixels == null || (pixels.isUnchanged() && !bytes)) {
      return null;
    }
    boolean unit =
        !bytes && pixels.scale().stream().allMatch(s -> 1 / s <= GREATEST_DEVIATION_OF_UNIT);
    boolean whole =
        bytes || pixels.scale().stream().allMatch(s -> 1 / s > GREATEST_DEVIATION_OF_UNIT);
    if (!unit && !whole) {
      throw new RefusalException(
          "the normalization must be of pixels in [0, 1], each deviation at most 4, or in [0, 255],"
              + " each above 4",
          "deviations " + pixels.scale().stream().map(s -> 1 / s).toList());
    }
    double white = unit ? 1 : 255;
    List<Channel> channels = new ArrayList<>();
    for (int c = 0; c < pixels.scale().size(); c++) {
      double scale = pixels.scale().get(c) * white;
      try {
        channels.add(new Channel(-pixels.shift().get(c) / scale, 1 / scale));
      } catch (IllegalArgumentException e) {
        throw new RefusalException("the normalization must be one", e.getMessage());
      }
    }
    return new Normalization(channels);
  }

  private static List<String> labels(ModelProto model) {
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      if (entry.getKey().equals("labels") && !entry.getValue().isEmpty()) {
        return List.of(entry.getValue().split("\n", -1));
      }
    }
    return List.of();
  }
}
