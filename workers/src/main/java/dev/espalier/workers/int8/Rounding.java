package dev.espalier.workers.int8;

/** Whose kernels integers are computed as: they round in different ways. */
public enum Rounding {
  /**
   * The reference kernels of TensorFlow Lite Micro: gemmlowp's fixed-point arithmetic, in the
   * softmax too. What a microcontroller without kernels of its own computes.
   */
  TFLM,
  /**
   * The builtin kernels of TensorFlow Lite 2.8 on x86. They differ from those of TensorFlow Lite
   * Micro in convolutions and dense layers, where Ruy rounds halves up, and in the softmax, which
   * is a table of floats; depthwise convolutions and sums are the same.
   */
  TFLITE
}
