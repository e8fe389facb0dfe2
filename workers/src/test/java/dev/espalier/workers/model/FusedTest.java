package dev.espalier.workers.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FusedTest {
  /** 20 and 52 convolutions, the pooling, the output. */
  @ParameterizedTest
  @CsvSource({"resnet18, 22", "mobilenetv2, 54"})
  void leavesOfOurArchitecturesOnlyConvolutionsPoolingAndOutput(String name, int count) {
    DataFacts data = new DataFacts("test", "0", 32, 32, 3, 10, 10, 10, 10);
    List<Fused> rows = Fused.of(Networks.of(new Model(name, new BigDecimal("0.5")), data));
    assertEquals(count, rows.size());
    long sums = rows.stream().filter(row -> row.addend() != null).count();
    assertEquals(name.equals("resnet18") ? 8 : 10, sums);
    assertEquals(
        count - 2, rows.stream().filter(row -> row.norm() != null).count(), rows.toString());
  }

  @Test
  void foldsOnlyWhatNothingElseReads() {
    List<Fused> rows = Fused.of(Nets.everything());
    assertEquals(
        "n1 n2 n3 n4 c4 a1 a2 p1 d2 c5 f1 out",
        String.join(" ", rows.stream().map(Fused::name).toList()));
    assertNull(rows.get(4).norm());
  }

  @Test
  void leavesPaddingAloneAndFoldsBehindADepthwiseBias() {
    List<Fused> rows = Fused.of(Nets.padded());
    assertEquals(
        "z1 c1 p1 p2 a1 d1 z2 n2 p3 d3 z3 out",
        String.join(" ", rows.stream().map(Fused::name).toList()));
    assertEquals(Layer.Activation.RELU6, rows.get(5).activation());
  }

  @Test
  void addsOnlyToWhatIsComputedAlready() {
    List<Fused> rows = Fused.of(Nets.oddities());
    assertEquals(
        "n0 s1 left s2 s3 c4 s4 p1 n5 f1 n6 f2 out",
        String.join(" ", rows.stream().map(Fused::name).toList()));
    assertEquals(Network.INPUT, rows.get(0).inputs().get(0));
    assertEquals(Layer.BatchNorm.class, rows.get(0).row().getClass());
    assertEquals("n0", rows.get(1).addend());
    assertEquals("left", rows.get(3).addend());
    assertEquals("s2", rows.get(4).addend());
  }
}
