package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.trackingserver.Limits;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.mlflow.api.proto.Service.LogBatch;
import org.mlflow_project.google.protobuf.util.JsonFormat;

class BatchesTest {
  @Test
  void keepsNamesThatAreFine() {
    for (String name : List.of("val/accuracy", "a.b-c_d e:f", "1")) {
      assertEquals(name, SentText.name(name));
    }
  }

  @Test
  void makesEveryNameFineAndKeepsDifferentNamesDifferent() {
    for (String name :
        List.of(
            "a=b", "a@b", "", "/", "..", "a/../b", "a//b", "é", "x".repeat(251), "x".repeat(252))) {
      String mended = SentText.name(name);
      assertTrue(Limits.isName(mended) && mended.length() <= 250, name + " -> " + mended);
    }
    assertNotEquals(SentText.name("a=b"), SentText.name("a@b"));
    assertNotEquals(SentText.name("x".repeat(251)), SentText.name("x".repeat(252)));
  }

  @Test
  void cutsLongValuesAndKeepsDifferentValuesDifferent() {
    assertEquals("x".repeat(500), SentText.value("x".repeat(500), 500));
    String cut = SentText.value("x".repeat(501), 500);
    assertEquals(500, cut.length());
    assertNotEquals(cut, SentText.value("x".repeat(502), 500));
    assertTrue(SentText.value("\uD83D\uDE00".repeat(400), 500).length() <= 500);
  }

  @Test
  void splitsAnythingIntoBatchesThatAServerTakes() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    Map<String, String> params = new LinkedHashMap<>();
    Map<String, String> tags = new LinkedHashMap<>();
    for (int i = 0; i < 250; i++) {
      params.put("p" + i, "<&é".repeat(random.nextInt(200)));
      tags.put("t" + i, "<'\">".repeat(random.nextInt(1500)));
    }
    Batches batches = new Batches("r").params(params).tags(tags);
    for (int i = 0; i < 2500; i++) {
      batches.metric("m".repeat(1 + random.nextInt(249)), i, i, i);
    }
    int entities = 0;
    for (LogBatch batch : batches.all()) {
      int size = batch.getMetricsCount() + batch.getParamsCount() + batch.getTagsCount();
      entities += size;
      assertTrue(size <= 1000 && batch.getParamsCount() <= 100 && batch.getTagsCount() <= 100);
      assertTrue(
          JsonFormat.printer().print(batch).getBytes(StandardCharsets.UTF_8).length <= 1_000_000);
    }
    assertEquals(3000, entities);
    assertEquals(List.of(), new Batches("r").all());
  }
}
