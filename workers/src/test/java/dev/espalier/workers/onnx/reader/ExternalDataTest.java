package dev.espalier.workers.onnx.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.StageId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.StringStringEntryProto;
import onnx.OnnxMl.TensorProto;
import onnx.OnnxMl.TensorProto.DataLocation;
import onnx.OnnxMl.TensorProto.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights beside the file are read like those inside, and nothing else is. */
class ExternalDataTest {
  private static final DataFacts DATA = new DataFacts("test", "0", 2, 2, 3, 4, 10, 10, 10);

  @TempDir private Path outside = Path.of("");

  private Path folder() throws IOException {
    return Files.createDirectories(outside.resolve("folder"));
  }

  /** A dense layer whose 48 weights lie elsewhere. */
  private static ModelProto.Builder model(String location, String offset, String length) {
    Graphs graph =
        new Graphs(13, DataType.FLOAT, 0, 3, 2, 2)
            .node("Flatten", "x", "flat")
            .node("Gemm", "flat v", "scores", Graphs.integer("transB", 1))
            .output("scores", 4);
    graph.graph.addInitializer(
        TensorProto.newBuilder()
            .setName("v")
            .setDataType(DataType.FLOAT_VALUE)
            .addAllDims(List.of(4L, 12L))
            .setDataLocation(DataLocation.EXTERNAL)
            .addExternalData(entry("location", location))
            .addExternalData(entry("offset", offset))
            .addExternalData(entry("length", length)));
    return graph.model().toBuilder();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private Path written(String location, String offset, String length) throws IOException {
    byte[] content = model(location, offset, length).build().toByteArray();
    return Graphs.write(folder().resolve("model.onnx"), content);
  }

  /** Bytes of floats that are numbers. */
  private static byte[] weights(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i % 4 == 3 ? 0x3f : i * 37);
    }
    return bytes;
  }

  @Test
  void readsWeightsBesideTheFile() throws Exception {
    Files.createDirectories(folder().resolve("data"));
    Files.write(folder().resolve("data/weights.bin"), weights(300));
    Agreement.assertAgrees(written("data/weights.bin", "64", "192"), DATA);
  }

  @Test
  void theDigestCoversTheData() throws Exception {
    Files.write(folder().resolve("weights.bin"), weights(192));
    Path file = written("weights.bin", "0", "192");
    String text =
        "onnx %s\nweights.bin %s\n"
            .formatted(StageId.sha256(Files.readAllBytes(file)), StageId.sha256(weights(192)));
    String digest = OnnxFile.digest(file);
    assertEquals(StageId.sha256(text.getBytes(StandardCharsets.UTF_8)), digest);
    Files.write(folder().resolve("weights.bin"), new byte[192]);
    assertNotEquals(digest, OnnxFile.digest(file));
  }

  @Test
  void theDigestOfAFileWithoutDataIsItsOwn() throws Exception {
    Path golden = OnnxGoldenTest.files().get(0);
    assertEquals(StageId.sha256(Files.readAllBytes(golden)), OnnxFile.digest(golden));
  }

  @ParameterizedTest
  @CsvSource({
    "../secret.bin, '\"../secret.bin\"'",
    "inner/../../secret.bin, '\"inner/../../secret.bin\"'",
    "/etc/passwd, '\"/etc/passwd\"'",
    "..\\secret.bin, '\"..\\secret.bin\"'",
    "'', '\"\"'",
    "link.bin, '\"link.bin\", a link to somewhere else'",
    "linked/secret.bin, '\"linked/secret.bin\", a link to somewhere else'",
    "inner, '\"inner\", which is no file'",
    "missing.bin, '\"missing.bin\", which is not there'"
  })
  void readsNothingElsewhere(String location, String found) throws Exception {
    Files.write(outside.resolve("secret.bin"), weights(192));
    Files.createDirectories(folder().resolve("inner"));
    Files.createSymbolicLink(folder().resolve("link.bin"), outside.resolve("secret.bin"));
    Files.createSymbolicLink(folder().resolve("linked"), outside);
    Path file = written(location, "0", "192");
    String expected =
        file
            + ": constant \"v\": external data must lie in a file of the same folder or below, found "
            + found;
    assertEquals(expected, refusal(file));
    assertEquals(
        expected,
        assertThrows(RefusedOnnxException.class, () -> OnnxFile.digest(file)).getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 188, 188 bytes from byte 0",
    "16, 192, 192 bytes from byte 16",
    "9223372036854775, 192, 192 bytes from byte 9223372036854775"
  })
  void readsNoMoreThanThereIs(String offset, String length, String found) throws Exception {
    Files.write(folder().resolve("weights.bin"), weights(200));
    Path file = written("weights.bin", offset, length);
    assertEquals(
        file
            + ": constant \"v\": external data must have the 192 bytes of the shape within"
            + " \"weights.bin\", of 200 bytes, found "
            + found,
        refusal(file));
  }

  @Test
  void refusesOffsetsThatAreNone() throws Exception {
    Files.write(folder().resolve("weights.bin"), weights(200));
    Path file = written("weights.bin", "-8", "192");
    assertEquals(
        file + ": constant \"v\": the offset of external data must be a whole number, found \"-8\"",
        refusal(file));
  }

  private static String refusal(Path file) {
    RefusedOnnxException e =
        assertThrows(RefusedOnnxException.class, () -> OnnxFile.read(file, DATA));
    return e.problems().get(0);
  }
}
