package dev.espalier.workers.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.ChildJvm;
import dev.espalier.workers.model.Network;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that have no oneDNN, or only a part of it. */
class FallbackTest {
  enum Missing {
    /** The Java classes and the natives. */
    ALL("dnnl-.*"),
    /** The natives, as on macOS on arm64. */
    NATIVES("dnnl-.*-(linux|macosx|windows)-.*"),
    /** The Java classes; natives alone serve nothing. */
    CLASSES("dnnl-[0-9.-]*jar");

    private final String jars;

    Missing(String jars) {
      this.jars = jars;
    }

    ChildJvm.Ended run(List<String> options) throws Exception {
      return ChildJvm.run(Predicting.class, options, Map.of(), name -> !name.matches(jars));
    }
  }

  /** Prints the engine, and what it predicts after a step. */
  static final class Predicting {
    private Predicting() {}

    public static void main(String[] arguments) {
      System.out.println(Engine.current().word());
      System.out.println(Engine.environment().engine());
      for (float probability : afterAStep(Engine.current())) {
        System.out.println(probability);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProcessWithoutOnednnComputesTheSameOnNd4j(Missing missing) throws Exception {
    ChildJvm.Ended child = missing.run(List.of());
    assertEquals(0, child.code(), () -> String.join("\n", child.output()));
    assertEquals(List.of("nd4j", "nd4j"), child.output().subList(0, 2));
    float[] expected = afterAStep(Engine.ONEDNN);
    float[] found = new float[expected.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = Float.parseFloat(child.output().get(2 + i));
    }
    assertArrayEquals(expected, found, 1e-4f);
  }

  @Test
  void saysThatOnednnCannotBeHadWhereItIsAskedFor() throws Exception {
    List<String> forced = List.of("-D" + Engine.PROPERTY + "=onednn");
    ChildJvm.Ended child = Missing.NATIVES.run(forced);
    assertNotEquals(0, child.code());
    String output = String.join("\n", child.output());
    assertTrue(
        output.contains(Engine.PROPERTY + ": onednn cannot be used on this machine"), output);
  }

  private static float[] afterAStep(Engine engine) {
    Network network = Nets.everything();
    try (TrainableNetwork net = TrainableNetwork.of(network, Nets.values(network, 1), engine)) {
      net.prepare(Nets.recipe("0.9", "0.0005"));
      net.step(Nets.images(network, 5, 2), Nets.labels(network, 5, 3), 0.01);
      return net.predict(Nets.images(network, 3, 4), 3);
    }
  }
}
