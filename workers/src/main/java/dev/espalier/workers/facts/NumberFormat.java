package dev.espalier.workers.facts;

/** The numbers that a network can be quantized to. */
public enum NumberFormat {
  FLOAT32("none", "32-bit floats, as they are"),
  INT8(
      "int8",
      "8-bit integers for kernels and activations, and integer arithmetic, as TensorFlow Lite"
          + " defines them"),
  INT8_WEIGHTS("int8-weights", "8-bit integers for kernels, arithmetic in floats"),
  FLOAT16("float16", "16-bit floats for every parameter, arithmetic in 32-bit floats");

  private final String word;
  private final String meaning;

  NumberFormat(String word, String meaning) {
    this.word = word;
    this.meaning = meaning;
  }

  /** The word in configs, names and canonical texts. */
  public String word() {
    return word;
  }

  /** What it is, for the documentation. */
  public String meaning() {
    return meaning;
  }
}
