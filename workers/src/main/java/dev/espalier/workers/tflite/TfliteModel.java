package dev.espalier.workers.tflite;

import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.model.WeightedNetwork;
import java.util.List;

/**
 * A network as TensorFlow Lite and TensorFlow Lite for Microcontrollers run it. Its input {@code
 * image} is [1, height, width, channels]: 8-bit integers, the value of a pixel less 128, colours as
 * red, green, blue. Its output {@code probabilities} is [1, classes].
 */
public final class TfliteModel {
  private final Graph graph;
  private final int arenaBytes;

  private TfliteModel(Graph graph) {
    this.graph = graph;
    arenaBytes = ArenaPlan.of(graph).bytes();
  }

  /**
   * A network of 32-bit floats; its probabilities are floats. Batch norm is folded.
   *
   * @param channels how pixels are normalized, one for each channel of the image
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static TfliteModel of(WeightedNetwork weighted, List<Channel> channels) {
    return new TfliteModel(FloatGraph.of(weighted, channels));
  }

  /** A network of 8-bit integers; its probabilities have scale 1/256 and zero point -128. */
  public static TfliteModel of(IntegerNetwork network) {
    return new TfliteModel(IntegerGraph.of(network));
  }

  /** The {@code .tflite} file: equal networks give equal bytes. */
  public byte[] file() {
    return TfliteFile.encode(graph);
  }

  /**
   * Bytes of the arena's head, which holds the activations: exactly what the reference kernels of
   * TensorFlow Lite for Microcontrollers need.
   */
  public int arenaBytes() {
    return arenaBytes;
  }

  /** An estimate of the whole arena on a microcontroller of 32 bits, in bytes. */
  public long wholeArenaBytes() {
    return arenaBytes + ArenaTail.BITS_32.bytes(graph);
  }
}
