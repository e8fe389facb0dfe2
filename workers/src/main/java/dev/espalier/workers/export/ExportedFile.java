package dev.espalier.workers.export;

/**
 * A file of an export.
 *
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
}
