package dev.espalier.workers.onnx.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.model.NetworkText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What PyTorch exports (onnx_golden.py) gives the scores of ONNX Runtime. */
class OnnxGoldenTest {
  private static final DataFacts DATA = new DataFacts("test", "0", 32, 32, 3, 10, 10, 10, 10);

  static List<Path> files() {
    try (Stream<Path> files = Files.list(folder())) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      return Path.of(Objects.requireNonNull(OnnxGoldenTest.class.getResource("golden")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void givesTheScoresOfOnnxRuntime(Path file) throws Exception {
    OnnxNetwork read = Agreement.assertAgrees(file, DATA);
    assertTrue(NetworkText.tells(read.weighted().network()), "its table can be written as text");
    boolean folded = file.toString().contains("folded");
    assertEquals(folded, read.weighted().network().canonical().indexOf("\nnorm ") < 0);
  }
}
