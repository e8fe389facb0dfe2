package dev.espalier.workers.facts;

import static dev.espalier.workers.facts.Metric.Better.LESS;
import static dev.espalier.workers.facts.MetricUnit.BYTES;

import java.util.List;

/** The metrics of what a network takes on a device, by TensorFlow Lite. */
final class DeploymentMetrics {
  static final List<Metric> ALL =
      List.of(
          cost(
              Metrics.SIZE_TFLITE_BYTES,
              "size as TensorFlow Lite",
              "the length of the `.tflite` file of 32-bit floats"),
          cost(
                  Metrics.SIZE_TFLITE_INT8_BYTES,
                  "size as TensorFlow Lite, int8",
                  "the length of the `.tflite` file of 8-bit integers")
              .onlyWhere(Metrics.BITS_ACTIVATIONS, 8),
          cost(
                  Metrics.SIZE_TFLM_COMPRESSED_BYTES,
                  "size for TensorFlow Lite Micro, compressed",
                  "the length of that file with kernels stored as bitmaps or tables where that is"
                      + " shorter; TensorFlow Lite Micro decodes them at run time")
              .onlyWhere(Metrics.BITS_ACTIVATIONS, 8),
          cost(
              Metrics.ARENA_BYTES,
              "memory of activations",
              "the head of TensorFlow Lite Micro's arena for the file of 32-bit floats: the most that"
                  + " activations take at a time"),
          cost(
                  Metrics.ARENA_INT8_BYTES,
                  "memory of activations, int8",
                  "the same for the file of 8-bit integers")
              .onlyWhere(Metrics.BITS_ACTIVATIONS, 8),
          cost(
                  Metrics.ARENA_COMPRESSED_BYTES,
                  "memory of activations and decoded kernels",
                  "the same for the compressed file, including decoded kernels while they are read")
              .onlyWhere(Metrics.BITS_ACTIVATIONS, 8),
          cost(
              Metrics.FLASH_BYTES,
              "flash of a microcontroller",
              "the `.tflite` file for a microcontroller: that of 8-bit integers if there is"
                  + " one; the code of the runtime is not included"),
          cost(
              Metrics.RAM_BYTES,
              "RAM of a microcontroller",
              "an estimate of the whole arena for that file, on 32 bits: the head, which is exact, and"
                  + " what TensorFlow Lite Micro keeps of the graph"));

  private DeploymentMetrics() {}

  private static Metric cost(String name, String label, String meaning) {
    return Metric.of(name, label, BYTES, LESS, meaning).byRatio();
  }
}
