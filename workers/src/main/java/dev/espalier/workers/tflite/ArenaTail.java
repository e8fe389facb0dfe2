package dev.espalier.workers.tflite;

/**
 * An estimate of the tail of the arena: what TensorFlow Lite for Microcontrollers keeps there of
 * the graph itself. It was fitted to the smallest arenas in which eight networks ran on a 64-bit
 * machine; on 32 bits it follows from the sizes of the structures. Other networks needed up to 1.8
 * kB more, which is 0.3 to 1.3 % of the arenas of usual ones. Reference kernels only: optimized
 * ones, such as CMSIS-NN's, ask for memory of their own.
 */
enum ArenaTail {
  BITS_32(200, 12, 107),
  BITS_64(256, 24, 166);

  /** A multiplier and a shift of 32 bits for each output channel of a convolution. */
  private static final long CHANNEL = 8;

  /**
   * What an arena has beyond the estimate so that it suffices. 143 files of 84 networks, whose
   * arenas were of 3 kB to 410 kB, needed at most 1,472 bytes more on a 64-bit machine and 1,778 on
   * one of 32 bits: in a small arena the interpreter's plan takes more than the activations do.
   */
  private static final long RESERVE = 2048;

  private final long fixed;
  private final long tensor;
  private final long operator;

  ArenaTail(long fixed, long tensor, long operator) {
    this.fixed = fixed;
    this.tensor = tensor;
    this.operator = operator;
  }

  /** Bytes for a graph. */
  long bytes(Graph graph) {
    long channels = 0;
    for (Graph.Step step : graph.steps()) {
      if (step.operator() instanceof Operator.Convolution) {
        channels += graph.tensors().get(step.output()).shape().get(3);
      }
    }
    return fixed
        + tensor * graph.tensors().size()
        + operator * graph.steps().size()
        + CHANNEL * channels;
  }

  /** Bytes for a graph that suffice, where {@link #bytes} may be too few. */
  long sufficient(Graph graph) {
    long estimate = bytes(graph);
    return estimate + estimate / 64 + RESERVE;
  }
}
