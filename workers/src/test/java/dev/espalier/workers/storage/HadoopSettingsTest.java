package dev.espalier.workers.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.Worker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HadoopSettingsTest {
  private static final HadoopSettings GIVEN =
      HadoopSettings.among(
          Map.of(
              "spark.hadoop.fs.s3a.secret.key", "hush",
              "spark.hadoop.fs.s3a.endpoint", "http://here:9000",
              "spark.executor.memory", "2g"));

  @AfterEach
  void forget() {
    new HadoopSettings(Map.of()).use();
  }

  @Test
  void areThoseThatSparkMarksForHadoop() {
    assertEquals(
        Map.of("fs.s3a.secret.key", "hush", "fs.s3a.endpoint", "http://here:9000"), GIVEN.values());
  }

  @Test
  void travelWithAWorkerThatDoesNotSayThem() throws Exception {
    GIVEN.use();
    Worker worker = new Worker("s3a://bucket/stages", null);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(sent)) {
      out.writeObject(worker);
    }
    ByteArrayInputStream received = new ByteArrayInputStream(sent.toByteArray());
    try (ObjectInputStream in = new ObjectInputStream(received)) {
      assertEquals(worker, in.readObject());
    }
    assertEquals(GIVEN, worker.hadoop());
    assertFalse(worker.toString().contains("hush"), worker.toString());
    assertTrue(worker.toString().contains("[fs.s3a.endpoint, fs.s3a.secret.key]"), "" + worker);
  }

  @Test
  void nameTheEndpointWhereNobodyAnswers() {
    GIVEN.use();
    String reason = reason(new IOException("wrapped", new ConnectException("refused")));
    assertTrue(reason.startsWith("nobody answers at http://here:9000; "), reason);
    new HadoopSettings(Map.of("fs.s3a.bucket.bucket.endpoint", "http://there")).use();
    String other = reason(new IOException("wrapped", new ConnectException("refused")));
    assertTrue(other.startsWith("nobody answers at http://there; "), other);
  }

  @Test
  void sayWhatIsMissingOnTheClassPath() {
    for (Throwable missing :
        new Throwable[] {
          new ClassNotFoundException("org.apache.hadoop.fs.s3a.S3AFileSystem"),
          new NoClassDefFoundError("software/amazon/awssdk/core/exception/SdkException")
        }) {
      String reason = reason(new IOException("wrapped", missing));
      assertTrue(reason.contains("org.apache.hadoop:hadoop-aws:3.5.0"), reason);
      assertTrue(reason.contains("software.amazon.awssdk:bundle:2.35.4"), reason);
    }
  }

  private static String reason(IOException e) {
    return HadoopClient.current().reason(e, URI.create("s3a://bucket/folder"));
  }
}
