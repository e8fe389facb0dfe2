package dev.espalier.workers.export;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.tflite.MicroOperator;
import dev.espalier.workers.tflite.TfliteModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a program for TensorFlow Lite for Microcontrollers is built of: the network as an array, an
 * example that runs it, and what to know of operators and memory.
 *
 * @param compressed the same network with encoded kernels; null where that would not be shorter
 * @param integers whether the network computes with 8-bit integers
 */
record Microcontroller(
    String trial,
    TfliteModel plain,
    @Nullable TfliteModel compressed,
    boolean integers,
    Dataset data) {

  static Microcontroller of(String trial, TfliteModel model, boolean integers, Dataset data) {
    TfliteModel compressed = model.compressed();
    return new Microcontroller(
        trial, model, compressed == model ? null : compressed, integers, data);
  }

  /** Writes the files into a folder below {@code export}. */
  List<ExportedFile> write(Path export) throws IOException {
    Files.createDirectory(export.resolve(ExportedFile.MICROCONTROLLER));
    List<ExportedFile> files = new ArrayList<>();
    for (Map.Entry<String, Content> file : contents().entrySet()) {
      String name = ExportedFile.MICROCONTROLLER + "/" + file.getKey();
      Files.write(export.resolve(name), file.getValue().bytes());
      files.add(ExportedFile.of(export, name, file.getValue().what()));
    }
    return files;
  }

  @SuppressWarnings("ArrayRecordComponent") // lives while files are written
  private record Content(byte[] bytes, String what) {
    static Content of(String text, String what) {
      return new Content(text.getBytes(StandardCharsets.UTF_8), what);
    }
  }

  private Map<String, Content> contents() {
    Map<String, Content> contents = new LinkedHashMap<>();
    add(contents, plain, ExportedFile.MICRO, ExportedFile.ARRAY, "signed bytes of pixels in");
    if (compressed != null) {
      String what = "the same with kernels that are decoded at run time";
      add(contents, compressed, ExportedFile.MICRO_COMPRESSED, ExportedFile.COMPRESSED_ARRAY, what);
    }
    String program =
        MicroProgram.of(plain.operators(), additional(), integers, data.facts(), data.classNames());
    contents.put(ExportedFile.PROGRAM, Content.of(program, "an example that classifies an image"));
    return contents;
  }

  private void add(
      Map<String, Content> contents, TfliteModel model, String file, String array, String what) {
    CArray source = CArray.of(array, trial, model);
    contents.put(file, new Content(model.file(), "TensorFlow Lite Micro, " + what));
    contents.put(array + ".h", Content.of(source.header(), "its length and arena, for C++"));
    contents.put(array + ".cc", Content.of(source.source(), "the file as an array, for C++"));
  }

  /** The operators that the compressed file has beside those of the plain one. */
  private List<MicroOperator> additional() {
    if (compressed == null) {
      return List.of();
    }
    List<MicroOperator> more = new ArrayList<>(compressed.operators());
    more.removeAll(plain.operators());
    return more;
  }

  /** The section of the card; lines end in LF. */
  String card() {
    StringBuilder text = new StringBuilder(introduction());
    text.append("| file | bytes | activations | arena on 32 bits | arena on 64 bits |\n");
    text.append("|---|--:|--:|--:|--:|\n");
    row(text, ExportedFile.MICRO, plain);
    if (compressed != null) {
      row(text, ExportedFile.MICRO_COMPRESSED, compressed);
    }
    text.append(
        """

        The bytes of activations are exact for reference kernels. The rest of an arena is for what the
        interpreter stores about the graph, estimated with a reserve of some 2 kB; `arena_used_bytes()` returns
        the actual use. Optimized kernels, such as CMSIS-NN's, allocate additional memory.
        """);
    if (compressed != null) {
      text.append(price());
    }
    return text.toString();
  }

  private String introduction() {
    return String.format(
        Locale.ROOT,
        """
        `%1$s/` is for TensorFlow Lite for Microcontrollers. `%2$s.cc` contains `%3$s` as a
        C++ array, and `%4$s` is an example that runs it. Its input takes signed bytes
        [1, %5$d, %6$d, %7$d], the value of a pixel minus 128; its output is [1, %8$d], %9$s.
        The program registers %10$s.

        """,
        ExportedFile.MICROCONTROLLER,
        ExportedFile.ARRAY,
        ExportedFile.MICRO,
        ExportedFile.PROGRAM,
        data.facts().height(),
        data.facts().width(),
        data.facts().channels(),
        data.facts().classes(),
        integers ? "signed bytes q that stand for (q + 128) / 256" : "floats",
        methods(plain.operators()));
  }

  private String price() {
    return """

        The kernels of `%s` are bitmaps or tables of values, which %s decodes to the same
        integers. This has a price: each kernel is decoded again for each image, which takes time, and is stored in
        the arena while it is read, unless the program provides separate memory
        (`MicroInterpreter::SetDecompressionMemory`). TensorFlow Lite on phones cannot run the file.
        """
        .formatted(ExportedFile.MICRO_COMPRESSED, methods(additional()));
  }

  private static void row(StringBuilder text, String name, TfliteModel model) {
    text.append(
        String.format(
            Locale.ROOT,
            "| %s/%s | %d | %d | %d | %d |\n",
            ExportedFile.MICROCONTROLLER,
            name,
            model.file().length,
            model.arenaBytes(),
            model.sufficientArenaBytes(),
            model.sufficientArenaBytes64()));
  }

  private static String methods(List<MicroOperator> operators) {
    return operators.stream()
        .map(operator -> "`%s` (%s)".formatted(operator.method(), operator.name()))
        .collect(Collectors.joining(", "));
  }
}
