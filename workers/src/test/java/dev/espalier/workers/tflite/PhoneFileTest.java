package dev.espalier.workers.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.engine.PlainForward;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.IntegerReference;
import dev.espalier.workers.int8.QuantizedNets;
import dev.espalier.workers.int8.Rounding;
import dev.espalier.workers.model.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.lite.schema.TensorType;
import org.tensorflow.lite.support.metadata.MetadataExtractor;
import org.tensorflow.lite.support.metadata.schema.AssociatedFileType;
import org.tensorflow.lite.support.metadata.schema.ColorSpaceType;
import org.tensorflow.lite.support.metadata.schema.ImageProperties;
import org.tensorflow.lite.support.metadata.schema.NormalizationOptions;

/** A phone gives the pixels of its camera, and gets what the network computes, and names. */
class PhoneFileTest {
  private static final List<String> LABELS =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "eight", "neun \u00e4");

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void interpreter() {
    TfliteRun.assumeAvailable();
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18, 0.125, 16, 3",
    "mobilenetv2, 0.35, 16, 3",
    "mnist-cnn, 0.25, 28, 1",
    "mnist-cnn, 0.5, 13, 3"
  })
  void computesOfPixelsWhatTheNetworkDoes(String name, String width, int size, int channels) {
    Network network = Widths.network(name, width, size, channels);
    QuantizedNets quantized = QuantizedNets.of(network, Widths.values(network, 3), 2, 4);
    assertEqual(quantized.integers(), quantized.images());
    TfliteModel floats = TfliteModel.of(quantized.weighted(), quantized.channels());
    try (TfliteRun run = TfliteRun.of(floats.phoneFile(LABELS))) {
      for (byte[] image : quantized.images()) {
        float[] expected =
            PlainForward.probabilities(
                network, quantized.weighted().tensors(), quantized.normalized(image), 1);
        assertArrayEquals(expected, TfliteRun.floats(run.run(pixels(image))), 1e-5f);
      }
    }
  }

  /** Bit for bit: unsigned bytes are the integers plus 128. */
  private static void assertEqual(IntegerNetwork network, List<byte[]> images) {
    TfliteRun.assumeRoundingOfX86();
    IntegerReference reference = new IntegerReference(network, Rounding.TFLITE);
    try (TfliteRun run = TfliteRun.of(TfliteModel.of(network).phoneFile(LABELS))) {
      for (byte[] image : images) {
        assertArrayEquals(pixels(reference.probabilities(image)), run.run(pixels(image)));
      }
    }
  }

  @Test
  void libraryOfPhonesFindsTheNamesOfTheClasses() throws Exception {
    for (byte[] file : List.of(integers().phoneFile(LABELS), floats().phoneFile(LABELS))) {
      MetadataExtractor found = new MetadataExtractor(ByteBuffer.wrap(file));
      assertEquals(Set.of("labels.txt"), found.getAssociatedFileNames());
      byte[] labels = found.getAssociatedFile("labels.txt").readAllBytes();
      assertEquals(LABELS, new String(labels, StandardCharsets.UTF_8).lines().toList());
      var output = found.getOutputTensorMetadata(0);
      assertEquals("labels.txt", output.associatedFiles(0).name());
      assertEquals(AssociatedFileType.TENSOR_AXIS_LABELS, output.associatedFiles(0).type());
    }
  }

  @Test
  void libraryOfPhonesFindsAnImageOfUnsignedBytes() throws Exception {
    MetadataExtractor found = new MetadataExtractor(ByteBuffer.wrap(integers().phoneFile(LABELS)));
    assertArrayEquals(new int[] {1, 13, 13, 3}, found.getInputTensorShape(0));
    assertEquals(TensorType.UINT8, found.getInputTensorType(0));
    assertEquals(1, found.getInputTensorQuantizationParams(0).getScale());
    assertEquals(0, found.getInputTensorQuantizationParams(0).getZeroPoint());
    assertEquals(TensorType.UINT8, found.getOutputTensorType(0));
    assertEquals(1f / 256, found.getOutputTensorQuantizationParams(0).getScale());
    assertEquals(0, found.getOutputTensorQuantizationParams(0).getZeroPoint());
    var input = found.getInputTensorMetadata(0);
    var options = (NormalizationOptions) input.processUnits(0).options(new NormalizationOptions());
    assertEquals(0, options.mean(0));
    assertEquals(1, options.std(0));
    var image = (ImageProperties) input.content().contentProperties(new ImageProperties());
    assertEquals(ColorSpaceType.RGB, image.colorSpace());
    MetadataExtractor ofFloats = new MetadataExtractor(ByteBuffer.wrap(floats().phoneFile(LABELS)));
    assertEquals(TensorType.UINT8, ofFloats.getInputTensorType(0));
    assertEquals(TensorType.FLOAT32, ofFloats.getOutputTensorType(0));
  }

  @Test
  void labelsAreAStoredEntryOfAZipBehindTheGraph() throws Exception {
    Path file = Files.write(folder.resolve("model.tflite"), integers().phoneFile(LABELS));
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertEquals(1, zip.size());
      ZipEntry entry = zip.getEntry("labels.txt");
      assertEquals(ZipEntry.STORED, entry.getMethod());
      byte[] labels = zip.getInputStream(entry).readAllBytes();
      assertEquals(String.join("\n", LABELS) + "\n", new String(labels, StandardCharsets.UTF_8));
    }
  }

  @Test
  void theZipCountsItsPlacesFromTheBeginningOfTheFile() {
    byte[] graph = {1, 2, 3, 4, 5, 6, 7};
    byte[] content = {'a', '\n'};
    ByteBuffer file = ByteBuffer.wrap(AppendedZip.of(graph, "n", content));
    file.order(ByteOrder.LITTLE_ENDIAN);
    assertArrayEquals(graph, Arrays.copyOf(file.array(), graph.length));
    int directory = file.getInt(file.capacity() - 6);
    assertEquals(0x02014b50, file.getInt(directory));
    int entry = file.getInt(directory + 42);
    assertEquals(graph.length, entry);
    assertEquals(0x04034b50, file.getInt(entry));
  }

  @Test
  void equalNetworksGiveEqualBytes() {
    assertArrayEquals(integers().phoneFile(LABELS), integers().phoneFile(LABELS));
  }

  @Test
  void refusesNamesOfOtherClasses() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> floats().phoneFile(List.of("cat", "dog")));
    assertEquals("labels: must be 10, one for each class, found 2", e.getMessage());
  }

  private static TfliteModel integers() {
    return TfliteModel.of(quantized().integers());
  }

  private static TfliteModel floats() {
    return TfliteModel.of(quantized().weighted(), quantized().channels());
  }

  private static QuantizedNets quantized() {
    Network network = Widths.network("mnist-cnn", "0.125", 13, 3);
    return QuantizedNets.of(network, Nets.values(network, 3), 1, 4);
  }

  /** The unsigned bytes of integers less 128. */
  private static byte[] pixels(byte[] image) {
    byte[] pixels = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      pixels[i] = (byte) (image[i] + 128);
    }
    return pixels;
  }
}
