package dev.espalier.workers.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.WeightedNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.SignatureDef;
import org.tensorflow.lite.schema.SubGraph;

/** What readers find in a file. */
class TfliteFileTest {
  private static final byte[] FILE = file(1);
  private static final Model MODEL =
      Model.getRootAsModel(ByteBuffer.wrap(FILE).order(ByteOrder.LITTLE_ENDIAN));

  @Test
  void equalNetworksGiveEqualBytes() {
    assertArrayEquals(FILE, file(1));
  }

  @Test
  void isVersion3WithItsIdentifier() {
    assertEquals("TFL3", new String(FILE, 4, 4, StandardCharsets.US_ASCII));
    assertEquals(3, MODEL.version());
    assertEquals(1, MODEL.subgraphsLength());
  }

  @Test
  void buffersAreAlignedForKernelsThatAreReadWhereTheyLie() {
    assertEquals(0, MODEL.buffers(0).dataLength());
    for (int i = 1; i < MODEL.buffersLength(); i++) {
      ByteBuffer data = MODEL.buffers(i).dataAsByteBuffer();
      assertEquals(0, data.position() % 16, "buffer " + i);
    }
  }

  @Test
  void everyCodeIsThereOnceInBothFields() {
    TreeSet<String> names = new TreeSet<>();
    for (int i = 0; i < MODEL.operatorCodesLength(); i++) {
      int code = MODEL.operatorCodes(i).builtinCode();
      assertEquals(code, MODEL.operatorCodes(i).deprecatedBuiltinCode());
      assertTrue(names.add(BuiltinOperator.name(code) + " " + MODEL.operatorCodes(i).version()));
    }
    assertEquals(
        "[ADD 1, CONV_2D 1, DEPTHWISE_CONV_2D 1, DEQUANTIZE 2, FULLY_CONNECTED 1, MAX_POOL_2D 1,"
            + " SOFTMAX 1]",
        names.toString());
  }

  @Test
  void theSignatureNamesInputAndOutput() {
    SignatureDef signature = MODEL.signatureDefs(0);
    SubGraph graph = MODEL.subgraphs(0);
    assertEquals("serving_default", signature.signatureKey());
    assertEquals("image", signature.inputs(0).name());
    assertEquals(graph.inputs(0), signature.inputs(0).tensorIndex());
    assertEquals("probabilities", signature.outputs(0).name());
    assertEquals(graph.outputs(0), signature.outputs(0).tensorIndex());
    assertEquals("image", graph.tensors(graph.inputs(0)).name());
    assertEquals("probabilities", graph.tensors(graph.outputs(0)).name());
    assertEquals("min_runtime_version", MODEL.metadata(0).name());
  }

  private static byte[] file(long seed) {
    Network network = Nets.everything();
    WeightedNetwork weighted = new WeightedNetwork(network, Nets.values(network, seed));
    return TfliteModel.of(weighted, Collections.nCopies(3, new Channel(0.5, 0.25))).file();
  }
}
