package dev.espalier.workers.onnx.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.espalier.workers.engine.PlainForward;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import onnx.OnnxMl.GraphProto;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.NodeProto;
import onnx.OnnxMl.TensorProto.DataType;
import onnx.OnnxMl.TypeProto;
import org.jspecify.annotations.Nullable;

/** ONNX Runtime and the table that is read from a file, on the same images. */
final class Agreement {
  private static final double TOLERANCE = 1e-4;
  private static final int IMAGES = 2;

  private Agreement() {}

  /** The file is read, and the table gives the scores of ONNX Runtime before any softmax. */
  static OnnxNetwork assertAgrees(Path file, DataFacts data) throws IOException, OrtException {
    return assertAgrees(file, data, 1);
  }

  /**
   * The same for a file that reads floats up to {@code white}.
   *
   * @param white 1 or 255
   */
  static OnnxNetwork assertAgrees(Path file, DataFacts data, float white)
      throws IOException, OrtException {
    OnnxNetwork read = OnnxFile.read(file, data);
    assertAgrees(file, read, white);
    return read;
  }

  private static void assertAgrees(Path file, OnnxNetwork read, float white)
      throws IOException, OrtException {
    Network network = read.weighted().network();
    Shape image = network.input();
    byte[] pixels = new byte[IMAGES * image.size()];
    new SplittableRandom(7).nextBytes(pixels);
    float[][] expected = scores(file, image, pixels, white);
    double spread = 0;
    for (int i = 0; i < IMAGES; i++) {
      float[] normalized = normalized(image, pixels, i, read.normalization());
      double[] found = PlainForward.logits(network, read.weighted().tensors(), normalized);
      assertEquals(expected[i].length, found.length, "classes");
      for (int c = 0; c < found.length; c++) {
        assertEquals(expected[i][c], found[c], TOLERANCE, file + " image " + i + " class " + c);
        spread = Math.max(spread, Math.abs(found[c] - found[0]));
      }
    }
    assertTrue(spread > 0.01, "the network tells classes apart: " + spread);
  }

  private static float[] normalized(
      Shape image, byte[] pixels, int index, @Nullable Normalization normalization) {
    float[] normalized = new float[image.size()];
    for (int i = 0; i < normalized.length; i++) {
      int pixel = pixels[index * image.size() + i] & 0xff;
      normalized[i] =
          normalization == null
              ? pixel / 255f
              : normalization.channels().get(i % image.channels()).table()[pixel];
    }
    return normalized;
  }

  /** Before any softmax. */
  private static float[][] scores(Path file, Shape image, byte[] pixels, float white)
      throws IOException, OrtException {
    ModelProto model = withoutSoftmax(ModelProto.parseFrom(Files.readAllBytes(file)));
    TypeProto.Tensor type = model.getGraph().getInput(0).getType().getTensorType();
    boolean channelsFirst =
        type.getShape().getDim(1).getDimValue() == image.channels()
            && type.getShape().getDim(3).getDimValue() != image.channels();
    byte[] lying = channelsFirst ? channelsFirst(image, pixels) : pixels;
    long[] shape =
        channelsFirst
            ? new long[] {IMAGES, image.channels(), image.height(), image.width()}
            : new long[] {IMAGES, image.height(), image.width(), image.channels()};
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    boolean bytes = type.getElemType() == DataType.UINT8_VALUE;
    Path changed = Files.createTempFile(file.toAbsolutePath().getParent(), "scores", ".onnx");
    Files.write(changed, model.toByteArray());
    try (OrtSession session = environment.createSession(changed.toString());
        OnnxTensor input =
            bytes
                ? OnnxTensor.createTensor(environment, direct(lying), shape, OnnxJavaType.UINT8)
                : OnnxTensor.createTensor(environment, floats(lying, white), shape);
        OrtSession.Result result =
            session.run(Map.of(model.getGraph().getInput(0).getName(), input))) {
      return (float[][]) result.get(0).getValue();
    } finally {
      Files.delete(changed);
    }
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static FloatBuffer floats(byte[] bytes, float white) {
    float[] floats = new float[bytes.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (bytes[i] & 0xff) / (255 / white);
    }
    return FloatBuffer.wrap(floats);
  }

  private static byte[] channelsFirst(Shape image, byte[] pixels) {
    byte[] moved = new byte[pixels.length];
    int size = image.size();
    for (int i = 0; i < pixels.length; i++) {
      int at = i % size;
      int to = at % image.channels() * image.pixels() + at / image.channels();
      moved[i - at + to] = pixels[i];
    }
    return moved;
  }

  private static ModelProto withoutSoftmax(ModelProto model) {
    GraphProto graph = model.getGraph();
    NodeProto last = graph.getNode(graph.getNodeCount() - 1);
    if (!last.getOpType().equals("Softmax")) {
      return model;
    }
    ModelProto.Builder changed = model.toBuilder();
    GraphProto.Builder nodes = changed.getGraphBuilder();
    nodes.removeNode(graph.getNodeCount() - 1).clearOutput();
    nodes.addOutput(
        graph.getOutput(0).toBuilder().setName(Objects.requireNonNull(last.getInput(0))));
    return changed.build();
  }
}
