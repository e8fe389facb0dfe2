package dev.espalier.workers.export;

import dev.espalier.workers.facts.StageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of an export.
 *
 * @param name its path in the folder of the export
 * @param what it is, for people
 * @param sha256 of its content, 64 hex digits
 */
public record ExportedFile(String name, String what, long bytes, String sha256) {
  static final String ZIP = "model.zip";
  static final String COMPRESSED = "model.esp";
  static final String ONNX = "model.onnx";
  static final String ONNX_INT8 = "model-int8.onnx";
  static final String TFLITE = "model.tflite";
  static final String LABELS = "labels.txt";
  static final String CARD = "model-card.md";

  /** The folder of what follows. */
  static final String MICROCONTROLLER = "microcontroller";

  static final String MICRO = "model.tflite";
  static final String MICRO_COMPRESSED = "model-compressed.tflite";
  static final String PROGRAM = "main.cc";

  /** Arrays of C++, without the endings of their files. */
  static final String ARRAY = "model_data";

  static final String COMPRESSED_ARRAY = "model_compressed_data";

  /**
   * A file that is there.
   *
   * @param name its path below {@code export}, with slashes
   */
  static ExportedFile of(Path export, String name, String what) throws IOException {
    byte[] content = Files.readAllBytes(export.resolve(name));
    return new ExportedFile(name, what, content.length, StageId.sha256(content));
  }
}
