package dev.espalier.workers.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.ChildJvm;
import dev.espalier.workers.model.Layer.Activation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardsTest {
  private static final int BYTES = 100;

  /** Changes a byte beside a buffer and runs a primitive on another one. */
  static final class Trespassing {
    private Trespassing() {}

    public static void main(String[] arguments) {
      try (NativeBuffer trespassed = new NativeBuffer();
          NativeBuffer values = NativeImages.holding(new float[] {-1, 1});
          Rectifier relu = new Rectifier(Activation.RELU, 2)) {
        NativeBuffer.Cursor at =
            new NativeBuffer.Cursor().at(trespassed.atLeast(BYTES) + Integer.getInteger("offset"));
        NativeBuffer.Cursor.memset(at, 0, 1);
        for (int i = 0; i < 2; i++) {
          try {
            relu.forward(NativeImages.at(values, 2));
            System.out.println("intact");
          } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-4096, -1, BYTES, BYTES + 4095})
  void tellOnceOfAByteThatChangedBesideABuffer(int offset) throws Exception {
    List<String> said = trespass(offset);
    assertTrue(
        said.get(0).matches("eltwise forward_training .* wrote outside of a buffer of 100 bytes"),
        said.get(0));
    assertEquals("intact", said.get(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, BYTES - 1})
  void letABufferChange(int offset) throws Exception {
    assertEquals(List.of("intact", "intact"), trespass(offset));
  }

  @Test
  void primitivesAreLoggedBeforeTheyRun() throws Exception {
    String text;
    try (Primitive primitive =
        Reordered.reorder(
            Onednn.memory(dnnl.dnnl_ab, 3, 1237), Onednn.memory(dnnl.dnnl_ba, 3, 1237))) {
      text = primitive.toString();
    }
    assertTrue(text.matches("reorder \\S+ \\[3, 1237] \\[3, 1237]"), text);
    assertTrue(Files.readString(Path.of("target", "primitives.log")).contains(text));
  }

  private static List<String> trespass(int offset) throws Exception {
    ChildJvm.Ended ended =
        ChildJvm.run(
            Trespassing.class,
            List.of("-D" + Guards.PROPERTY + "=4096", "-Doffset=" + offset),
            Map.of());
    assertEquals(0, ended.code(), () -> String.join("\n", ended.output()));
    return ended.output();
  }
}
