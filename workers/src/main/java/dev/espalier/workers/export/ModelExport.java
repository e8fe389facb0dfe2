package dev.espalier.workers.export;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.dl4j.InexpressibleException;
import dev.espalier.workers.dl4j.NetworkInput;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.StageId;
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
 * A trained network as a folder: a Deeplearning4j zip, the compressed file, ONNX, the names of the
 * classes, and a card. The folder is there whole or not at all.
 *
 * @param files all but the card
 * @param withoutOnnx why there is no ONNX file; null where there is one
 */
public record ModelExport(List<ExportedFile> files, @Nullable String withoutOnnx) {
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
    Path zip = folder.resolve(ExportedFile.ZIP);
    network.save(zip);
    NetworkInput.attach(zip, data.normalization(), data.classNames());
    Files.write(folder.resolve(ExportedFile.COMPRESSED), compressed);
    Files.writeString(
        folder.resolve(ExportedFile.LABELS), String.join("\n", data.classNames()) + "\n");
    String withoutOnnx = writeOnnx(folder.resolve(ExportedFile.ONNX), network, data, origin);

    List<ExportedFile> files = new ArrayList<>();
    files.add(file(zip, "Deeplearning4j ComputationGraph of standard layers, 32-bit floats"));
    files.add(
        file(folder.resolve(ExportedFile.COMPRESSED), "compressed, every weight bit for bit"));
    if (withoutOnnx == null) {
      files.add(file(folder.resolve(ExportedFile.ONNX), "ONNX, batch norm folded, 32-bit floats"));
    }
    files.add(file(folder.resolve(ExportedFile.LABELS), "names of the classes, in their order"));
    Files.writeString(
        folder.resolve(ExportedFile.CARD), ModelCard.of(files, withoutOnnx, data, origin));
    return new ModelExport(files, withoutOnnx);
  }

  /** Returns why it is not written, null where it is. */
  private static @Nullable String writeOnnx(
      Path file, TrainableNetwork network, Dataset data, Origin origin) throws IOException {
    try {
      Map<String, String> metadata = new TreeMap<>();
      metadata.put("trial", origin.trial());
      metadata.put("stage", origin.result().id().hex());
      byte[] onnx =
          OnnxModel.encode(
              network.weighted(), data.normalization().channels(), data.classNames(), metadata);
      Files.write(file, onnx);
      return null;
    } catch (InexpressibleException e) {
      return e.getMessage();
    }
  }

  private static ExportedFile file(Path path, String what) throws IOException {
    byte[] content = Files.readAllBytes(path);
    return new ExportedFile(
        path.getFileName().toString(), what, content.length, StageId.sha256(content));
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
