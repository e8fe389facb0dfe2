package dev.espalier.workers.export;

import org.jspecify.annotations.Nullable;

/**
 * Why files are missing in an export; null where they are there.
 *
 * @param zip why there is no Deeplearning4j zip
 * @param onnx why there is neither ONNX nor TensorFlow Lite
 * @param tflite why there is ONNX, but no TensorFlow Lite
 */
public record Absent(@Nullable String zip, @Nullable String onnx, @Nullable String tflite) {}
