package dev.espalier.workers.export;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.dl4j.InexpressibleException;
import dev.espalier.workers.dl4j.NetworkInput;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.Lowering;
import dev.espalier.workers.model.TensorFlowPadding;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.onnx.OnnxModel;
import dev.espalier.workers.quantize.Precision;
import dev.espalier.workers.size.NetworkFile;
import dev.espalier.workers.tflite.TfliteModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A trained network as a folder: a Deeplearning4j zip, the compressed file, ONNX, TensorFlow Lite,
 * the names of the classes, and a card. The folder is there whole or not at all.
 *
 * @param files all but the card
 * @param absent the files that are not there
 */
public record ModelExport(List<ExportedFile> files, Absent absent) {
  public ModelExport {
    files = List.copyOf(files);
  }

  /**
   * Makes sure that a folder can be written to.
   *
   * @throws IllegalArgumentException if something is there that would have to give way
   */
  public static void requireRoom(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        Path first = files.findFirst().orElse(null);
        if (first != null) {
          throw new IllegalArgumentException(
              folder
                  + ": must be a new or an empty folder, found "
                  + first.getFileName()
                  + " in it");
        }
      }
    } else if (Files.exists(folder)) {
      throw new IllegalArgumentException(
          folder + ": must be a new or an empty folder, found a file");
    }
  }

  /**
   * Writes an export. Other folders than {@code folder} are left alone: files are written beside it
   * under another name first.
   *
   * @param compressed the network as the checkpoint has it, an {@code .esp} file
   * @param data that it was trained on, normalized as it reads them
   * @throws IllegalArgumentException as {@link #requireRoom}
   */
  public static ModelExport write(
      Path folder, TrainableNetwork network, byte[] compressed, Dataset data, Origin origin)
      throws IOException {
    requireRoom(folder);
    Path target = folder.toAbsolutePath().normalize();
    Path parent = Objects.requireNonNull(target.getParent(), "a folder that is no root");
    Files.createDirectories(parent);
    Path unfinished =
        parent.resolve(".%s.%d.tmp".formatted(target.getFileName(), ProcessHandle.current().pid()));
    remove(unfinished);
    Files.createDirectory(unfinished);
    try {
      ModelExport export = fill(unfinished, network, compressed, data, origin);
      Files.deleteIfExists(target);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      return export;
    } finally {
      remove(unfinished);
    }
  }

  private static ModelExport fill(
      Path folder, TrainableNetwork network, byte[] compressed, Dataset data, Origin origin)
      throws IOException {
    List<ExportedFile> files = new ArrayList<>();
    String withoutZip = writeZip(folder, network, data, files);
    Files.write(folder.resolve(ExportedFile.COMPRESSED), compressed);
    Files.writeString(
        folder.resolve(ExportedFile.LABELS), String.join("\n", data.classNames()) + "\n");
    Precision precision = NetworkFile.decode(compressed).precision();
    files.add(
        ExportedFile.of(folder, ExportedFile.COMPRESSED, "compressed, every weight bit for bit"));
    String withoutOnnx = null;
    String withoutTflite = null;
    Microcontroller microcontroller = null;
    try {
      WeightedNetwork weighted = network.weighted();
      IntegerNetwork integers = integers(weighted, precision, data);
      files.addAll(writeOnnx(folder, weighted, integers, data, origin));
      List<String> problems = TensorFlowPadding.problems(weighted.network());
      if (problems.isEmpty()) {
        TfliteModel tflite = tflite(weighted, integers, data);
        microcontroller = Microcontroller.of(origin.trial(), tflite, integers != null, data);
        files.add(writePhone(folder, tflite, integers != null, data));
      } else {
        withoutTflite = String.join("; ", problems);
      }
    } catch (InexpressibleException e) {
      withoutOnnx = e.getMessage();
    }
    files.add(ExportedFile.of(folder, ExportedFile.LABELS, "names of the classes, in their order"));
    if (microcontroller != null) {
      files.addAll(microcontroller.write(folder));
    }
    Absent absent = new Absent(withoutZip, withoutOnnx, withoutTflite);
    Files.writeString(
        folder.resolve(ExportedFile.CARD),
        ModelCard.of(files, absent, microcontroller, data, origin));
    return new ModelExport(files, absent);
  }

  /**
   * Writes the zip and adds it to {@code files}. Returns why there is none, null where there is.
   */
  private static @Nullable String writeZip(
      Path folder, TrainableNetwork network, Dataset data, List<ExportedFile> files)
      throws IOException {
    Path zip = folder.resolve(ExportedFile.ZIP);
    try {
      network.save(zip);
    } catch (InexpressibleException e) {
      return e.getMessage();
    }
    NetworkInput.attach(zip, data.normalization(), data.classNames());
    String what = "Deeplearning4j ComputationGraph of standard layers, 32-bit floats";
    files.add(ExportedFile.of(folder, ExportedFile.ZIP, what));
    return null;
  }

  /**
   * The network on 8-bit integers; null where it is one of floats.
   *
   * @param precision of the network, null where it is one of 32-bit floats
   */
  private static @Nullable IntegerNetwork integers(
      WeightedNetwork weighted, @Nullable Precision precision, Dataset data) {
    return precision instanceof Precision.Int8 int8
        ? Lowering.of(weighted, int8, data.normalization().channels())
        : null;
  }

  private static TfliteModel tflite(
      WeightedNetwork weighted, @Nullable IntegerNetwork integers, Dataset data) {
    return integers == null
        ? TfliteModel.of(weighted, data.normalization().channels())
        : TfliteModel.of(integers);
  }

  /**
   * Writes ONNX: of floats, and where the network is one of 8-bit integers, of these too.
   *
   * @param integers the network on 8-bit integers; null where it is one of floats
   */
  private static List<ExportedFile> writeOnnx(
      Path folder,
      WeightedNetwork weighted,
      @Nullable IntegerNetwork integers,
      Dataset data,
      Origin origin)
      throws IOException {
    List<Channel> channels = data.normalization().channels();
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("trial", origin.trial());
    metadata.put("stage", origin.result().id().hex());
    List<ExportedFile> files = new ArrayList<>();
    Files.write(
        folder.resolve(ExportedFile.ONNX),
        OnnxModel.encode(weighted, channels, data.classNames(), metadata));
    files.add(ExportedFile.of(folder, ExportedFile.ONNX, "ONNX, batch norm folded, 32-bit floats"));
    if (integers != null) {
      Files.write(
          folder.resolve(ExportedFile.ONNX_INT8),
          OnnxModel.encode(integers, data.classNames(), metadata));
      files.add(ExportedFile.of(folder, ExportedFile.ONNX_INT8, "ONNX, 8-bit integers as QDQ"));
    }
    return files;
  }

  private static ExportedFile writePhone(
      Path folder, TfliteModel tflite, boolean integers, Dataset data) throws IOException {
    Files.write(folder.resolve(ExportedFile.TFLITE), tflite.phoneFile(data.classNames()));
    return ExportedFile.of(
        folder,
        ExportedFile.TFLITE,
        "TensorFlow Lite for phones, batch norm folded, "
            + (integers ? "8-bit integers" : "32-bit floats")
            + ", names of the classes appended");
  }

  private static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
