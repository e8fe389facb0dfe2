package dev.espalier.workers.tflite;

import dev.espalier.workers.facts.Normalization.Channel;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.model.TensorFlowPadding;
import dev.espalier.workers.model.WeightedNetwork;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network as TensorFlow Lite and TensorFlow Lite for Microcontrollers run it. Its input {@code
 * image} is [1, height, width, channels], colours as red, green, blue; its output {@code
 * probabilities} is [1, classes].
 */
public final class TfliteModel {
  private final Graph graph;
  private final int arenaBytes;
  private byte @Nullable [] file;

  private TfliteModel(Graph graph) {
    this.graph = graph;
    arenaBytes = ArenaPlan.of(graph).bytes();
  }

  /**
   * A network of 32-bit floats; its probabilities are floats. Batch norm is folded.
   *
   * @param channels how pixels are normalized, one for each channel of the image
   * @throws IllegalArgumentException if there are more or fewer, or for {@link
   *     TensorFlowPadding#problems}
   */
  public static TfliteModel of(WeightedNetwork weighted, List<Channel> channels) {
    return new TfliteModel(FloatGraph.of(weighted, channels));
  }

  /** A network of 8-bit integers; its probabilities are integers of scale 1/256. */
  public static TfliteModel of(IntegerNetwork network) {
    return new TfliteModel(IntegerGraph.of(network));
  }

  /**
   * The {@code .tflite} file: equal networks give equal bytes. Microcontrollers take it as it is:
   * pixels are signed bytes, their value less 128, and probabilities that are integers have the
   * zero point -128.
   */
  public byte[] file() {
    return encoded().clone();
  }

  /** The length of {@link #file} in bytes. */
  public int fileBytes() {
    return encoded().length;
  }

  private byte[] encoded() {
    if (file == null) {
      file = TfliteFile.encode(graph);
    }
    return file;
  }

  /**
   * The {@code .tflite} file for phones, by what TensorFlow Lite's Task Library and ML Kit ask for:
   * pixels are unsigned bytes, probabilities floats or unsigned bytes, metadata describe both, and
   * the names of the classes are in it as {@code labels.txt}.
   *
   * @param labels names of the classes, in their order
   * @throws IllegalArgumentException if there are more or fewer than classes
   */
  public byte[] phoneFile(List<String> labels) {
    int classes = graph.tensors().get(graph.output()).shape().get(1);
    if (labels.size() != classes) {
      throw new IllegalArgumentException(
          "labels: must be %d, one for each class, found %d".formatted(classes, labels.size()));
    }
    Graph phone = PhoneGraph.of(graph);
    int channels = phone.tensors().get(phone.input()).shape().get(3);
    byte[] lines = (String.join("\n", labels) + "\n").getBytes(StandardCharsets.UTF_8);
    return AppendedZip.of(
        TfliteFile.encode(phone, PhoneMetadata.of(channels)), PhoneMetadata.LABELS, lines);
  }

  /**
   * The same network with its kernels of 8-bit integers encoded where that is shorter, by a bit for
   * each weight that is 0 or by tables of their values. TensorFlow Lite for Microcontrollers alone
   * runs it, to the same bits; it decodes a kernel into its arena each time that it reads it. This
   * one where the file would not be shorter.
   */
  public TfliteModel compressed() {
    TfliteModel compressed = new TfliteModel(CompressedGraph.of(graph));
    return compressed.fileBytes() < fileBytes() ? compressed : this;
  }

  /** The operators that a microcontroller's program registers for {@link #file}, by name. */
  public List<MicroOperator> operators() {
    return MicroOperator.in(encoded()).toList();
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

  /**
   * Bytes of an arena that suffices for reference kernels on a microcontroller of 32 bits: the
   * head, and the tail with a reserve.
   */
  public long sufficientArenaBytes() {
    return arenaBytes + ArenaTail.BITS_32.sufficient(graph);
  }

  /** The same on a machine of 64 bits. */
  public long sufficientArenaBytes64() {
    return arenaBytes + ArenaTail.BITS_64.sufficient(graph);
  }
}
