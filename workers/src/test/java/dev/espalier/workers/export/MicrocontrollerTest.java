package dev.espalier.workers.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.data.Datasets;
import dev.espalier.workers.engine.Nets;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.DataSource;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.filter.Widths;
import dev.espalier.workers.int8.QuantizedNets;
import dev.espalier.workers.model.Layer;
import dev.espalier.workers.model.Layer.Activation;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.tflite.MicroOperator;
import dev.espalier.workers.tflite.TfliteModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.Model;

/** The sources of a microcontroller's program. */
class MicrocontrollerTest {
  /** Methods of {@code MicroMutableOpResolver} for every operator that our graphs have. */
  private static final Set<String> METHODS =
      Set.of(
          ("AddAdd AddAveragePool2D AddConv2D AddDepthwiseConv2D AddDequantize AddFullyConnected"
                  + " AddMaxPool2D AddPad AddReshape AddSoftmax")
              .split(" "));

  private static final DataFacts IMAGES = new DataFacts("any", "0", 4, 4, 1, 2, 10, 10, 10);

  @TempDir private Path folder = Path.of("");

  @Test
  void theArrayOfATinyNetworkIsAsItWas() throws Exception {
    CArray array = CArray.of("model_data", "tiny", tiny());
    assertEquals(golden("model_data.cc", array.source()), array.source());
    assertEquals(
        """
        // tiny, a network for TensorFlow Lite for Microcontrollers. Written by Espalier.
        #ifndef MODEL_DATA_H_
        #define MODEL_DATA_H_

        #include <cstddef>

        namespace model_data {

        // The network: a .tflite file, aligned to 16 bytes.
        constexpr std::size_t kModelBytes = %d;
        extern const unsigned char kModel[kModelBytes];

        // Bytes of an arena that suffices for reference kernels; optimized ones, such as
        // CMSIS-NN's, may need more.
        constexpr std::size_t kArenaBytes = sizeof(void*) > 4 ? %d : %d;

        }  // namespace model_data

        #endif  // MODEL_DATA_H_
        """
            .formatted(
                tiny().file().length,
                (tiny().sufficientArenaBytes64() + 15) / 16 * 16,
                (tiny().sufficientArenaBytes() + 15) / 16 * 16),
        array.header());
  }

  @Test
  void theArrayHoldsTheBytesOfTheFile() {
    for (TfliteModel model : List.of(tiny(), everything(1), everything(3).compressed())) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      String source = CArray.of("a_name", "trial", model).source();
      found(source, "0x([0-9a-f]{2})\\b")
          .forEach(number -> bytes.write(Integer.parseInt(number, 16)));
      assertArrayEquals(model.file(), bytes.toByteArray());
    }
  }

  @Test
  void theNameOfAnArrayIsAnIdentifier() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> CArray.of("8bit-a", "t", tiny()));
    assertEquals(
        "the name of an array must be an identifier of a-z, 0-9 and _, found 8bit-a",
        e.getMessage());
  }

  @Test
  void aCompilerTakesTheArray() throws Exception {
    CArray array = CArray.of("model_data", "tiny", tiny());
    Files.writeString(folder.resolve("model_data.h"), array.header());
    Files.writeString(folder.resolve("model_data.cc"), array.source());
    Process compiler;
    try {
      compiler =
          new ProcessBuilder(
                  "g++", "-std=c++17", "-Wall", "-Wextra", "-fsyntax-only", "model_data.cc")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "no g++: " + e.getMessage());
      return;
    }
    String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals("", said);
    assertEquals(0, compiler.waitFor());
  }

  @Test
  void theProgramRegistersTheOperatorsThatTheFileLists() {
    Set<String> seen = new TreeSet<>();
    Network residual = Widths.network("resnet18", "0.125", 8, 3);
    for (TfliteModel model :
        List.of(
            tiny(),
            everything(1),
            TfliteModel.of(QuantizedNets.drawn(residual, 1, 1).integers()))) {
      List<String> codes = codes(model.file());
      assertEquals(codes, model.operators().stream().map(MicroOperator::name).sorted().toList());
      String program = program(model, true);
      assertEquals(
          model.operators().stream().map(MicroOperator::method).toList(), registered(program));
      assertTrue(program.contains("<" + codes.size() + "> operators;"), program);
      seen.addAll(registered(program));
    }
    TfliteModel floats =
        TfliteModel.of(QuantizedNets.drawn(Nets.everything(), 1, 2).weighted(), channels());
    seen.addAll(registered(program(floats, false)));
    assertTrue(METHODS.containsAll(seen) && seen.size() > 8, seen::toString);
  }

  @Test
  void theProgramOfACompressedFileRegistersDecode() {
    TfliteModel plain = everything(3);
    List<MicroOperator> more = new ArrayList<>(plain.compressed().operators());
    more.removeAll(plain.operators());
    assertEquals(List.of(new MicroOperator("TFLM_DECODE", "AddDecode")), more);
    String program = MicroProgram.of(plain.operators(), more, true, IMAGES, List.of("cat", "dog"));
    assertTrue(program.contains("#ifdef COMPRESSED\n  operators.AddDecode();\n#endif\n"), program);
    assertTrue(
        program.contains(
            """
            #ifdef COMPRESSED
            #include "model_compressed_data.h"
            namespace network = model_compressed_data;
            #else
            #include "model_data.h"
            namespace network = model_data;
            #endif
            """),
        program);
  }

  @Test
  void theProgramIsShortAndReadsAnImageOfTheRightSize() {
    String program = program(tiny(), true);
    assertTrue(program.lines().count() <= 50, program);
    assertTrue(program.contains("kImageBytes = 4 * 4 * 1;"), program);
    assertTrue(program.contains("kClasses = 2;"), program);
    assertTrue(program.contains("    \"cat\", \"dog\"};"), program);
    assertTrue(program.contains("data.int8;\n  int best"), program);
    assertTrue(program(tiny(), false).contains("data.f;\n  int best"));
  }

  @Test
  void namesOfClassesAreLiteralsOfCpp() {
    assertEquals("\"plain 1\"", MicroProgram.literal("plain 1"));
    assertEquals("\"a\\\"b\\\\\"", MicroProgram.literal("a\"b\\"));
    assertEquals("\"\\303\\2441\"", MicroProgram.literal("\u00e41"));
    assertEquals("\"\\?\\?/\"", MicroProgram.literal("??/"));
  }

  @Test
  void onlyWhatGetsShorterIsWrittenCompressed() throws Exception {
    Dataset data = Datasets.load(new DataSource("shapes", null, 64, 32, 12), null);
    assertNull(Microcontroller.of("trial", tiny(), true, data).compressed());
    Microcontroller sparse = Microcontroller.of("trial", everything(3), true, data);
    List<ExportedFile> files = sparse.write(folder);
    assertEquals(
        List.of(
            "microcontroller/model.tflite",
            "microcontroller/model_data.h",
            "microcontroller/model_data.cc",
            "microcontroller/model-compressed.tflite",
            "microcontroller/model_compressed_data.h",
            "microcontroller/model_compressed_data.cc",
            "microcontroller/main.cc"),
        files.stream().map(ExportedFile::name).toList());
    for (ExportedFile file : files) {
      assertEquals(Files.size(folder.resolve(file.name())), file.bytes());
    }
    assertArrayEquals(
        everything(3).file(), Files.readAllBytes(folder.resolve(files.get(0).name())));
    assertArrayEquals(
        everything(3).compressed().file(), Files.readAllBytes(folder.resolve(files.get(3).name())));
    String card = sparse.card();
    for (TfliteModel model : List.of(everything(3), everything(3).compressed())) {
      String row =
          " | %d | %d | %d | %d |\n"
              .formatted(
                  model.file().length,
                  model.arenaBytes(),
                  model.sufficientArenaBytes(),
                  model.sufficientArenaBytes64());
      assertTrue(card.contains(row), card);
    }
    assertTrue(card.contains("`AddConv2D` (CONV_2D)"), card);
    assertTrue(card.contains("which `AddDecode` (TFLM_DECODE) decodes"), card);
  }

  private static String program(TfliteModel model, boolean integers) {
    return MicroProgram.of(model.operators(), List.of(), integers, IMAGES, List.of("cat", "dog"));
  }

  private static List<String> registered(String program) {
    return found(program, "operators\\.(\\w+)\\(\\);");
  }

  private static List<String> found(String text, String pattern) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult result) -> result.group(1))
        .toList();
  }

  private static List<String> codes(byte[] file) {
    Model model = Model.getRootAsModel(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
    List<String> codes = new ArrayList<>();
    for (int i = 0; i < model.operatorCodesLength(); i++) {
      codes.add(BuiltinOperator.name(model.operatorCodes(i).builtinCode()));
    }
    return codes.stream().sorted().toList();
  }

  /** A network with every kind of row; from seed 3 on most weights are 0. */
  private static TfliteModel everything(int seed) {
    Network network = Nets.everything();
    List<Tensor> values =
        Nets.values(network, seed).stream()
            .map(tensor -> seed < 3 || !tensor.kind().isKernel() ? tensor : sparse(tensor))
            .toList();
    return TfliteModel.of(QuantizedNets.of(network, values, 1, seed).integers());
  }

  private static Tensor sparse(Tensor tensor) {
    float[] values = tensor.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7 == 0 ? values[i] : 0;
    }
    return tensor.with(values);
  }

  private static TfliteModel tiny() {
    List<Layer> rows =
        List.of(
            new Layer.Convolution("c", "input", 1, 2, 3, 1, 1, true, Activation.RELU),
            new Layer.GlobalAveragePool("mean", "c"),
            new Layer.Output("out", "mean", 2, 2));
    return TfliteModel.of(QuantizedNets.drawn(new Network(4, 4, 1, rows), 1, 1).integers());
  }

  private static List<Channel> channels() {
    return QuantizedNets.drawn(Nets.everything(), 1, 2).channels();
  }

  /** What the resource holds; if there is none, the new text is written to the folder of builds. */
  private static String golden(String name, String text) throws IOException {
    Path written = Path.of("target", name);
    Files.createDirectories(Path.of("target"));
    Files.writeString(written, text);
    try (var in = MicrocontrollerTest.class.getResourceAsStream(name)) {
      return new String(
          Objects.requireNonNull(in, written.toString()).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
