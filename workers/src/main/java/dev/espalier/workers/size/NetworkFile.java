package dev.espalier.workers.size;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.NetworkText;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.quantize.Precision;
import dev.espalier.workers.stage.Hold;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network as an {@code .esp} file of version 2: the records of version 1, {@link
 * CompressedNetwork}, then the network's table as text, then what training must keep of each
 * tensor. So a network can be read, and training go on, from its file alone. Where not all numbers
 * are 32-bit floats, the file is of version 3, which ends with the {@link Precision}. The metric
 * {@code size/compressed_bytes} is the length of version 1, which is shorter.
 *
 * @param version 1, which says nothing of table and holds, 2 or 3
 * @param table null where the file has none
 * @param holds by the name of the tensor
 * @param precision null where all numbers are 32-bit floats
 */
public record NetworkFile(
    int version,
    @Nullable Network table,
    List<Tensor> tensors,
    Map<String, Hold> holds,
    @Nullable Precision precision) {
  public NetworkFile {
    tensors = List.copyOf(tensors);
    holds = Map.copyOf(holds);
  }

  /**
   * The bytes of version 2, or of version 3 where there is a precision.
   *
   * @param encoded the tensors as version 1 has them, with the scales of {@code precision}
   * @param table null if no table says what the network computes
   * @param precision null if all numbers are 32-bit floats
   */
  public static byte[] encode(
      CompressedNetwork encoded,
      @Nullable Network table,
      List<Tensor> tensors,
      Map<String, Hold> holds,
      @Nullable Precision precision) {
    BitWriter out = new BitWriter();
    out.bytes(encoded.content());
    TextCoding.write(out, table == null ? "" : table.canonical());
    tensors.forEach(tensor -> HoldCoding.write(out, tensor, holds.get(tensor.name())));
    out.align();
    if (precision == null) {
      return FileFrame.SECOND.around(out.toByteArray());
    }
    PrecisionCoding.write(out, precision, encoded.scales());
    return FileFrame.THIRD.around(out.toByteArray());
  }

  /**
   * Reads a file of any version. Memory is bounded as {@link CompressedNetwork#decode} says.
   *
   * @throws IllegalArgumentException if the file is not whole or contradicts itself: place, rule,
   *     found
   */
  public static NetworkFile decode(byte[] file) {
    FileFrame frame = FileFrame.of(file);
    BitReader in = FileFrame.content(file);
    Map<String, List<Float>> scales = new HashMap<>();
    List<Tensor> tensors = CompressedNetwork.read(in, scales);
    Map<String, Hold> holds = new LinkedHashMap<>();
    Network table = null;
    Precision precision = null;
    if (!frame.equals(FileFrame.FIRST)) {
      table = table(in, tensors);
      for (Tensor tensor : tensors) {
        Hold hold = HoldCoding.read(in, tensor);
        if (hold != null) {
          holds.put(tensor.name(), hold);
        }
      }
      in.align();
    }
    if (frame.equals(FileFrame.THIRD)) {
      precision = PrecisionCoding.read(in, scales);
    }
    CompressedNetwork.requireEnd(in, tensors);
    return new NetworkFile(frame.version(), table, tensors, holds, precision);
  }

  private static @Nullable Network table(BitReader in, List<Tensor> tensors) {
    String text = TextCoding.read(in);
    if (text.isEmpty()) {
      return null;
    }
    Network table;
    List<String> expected;
    try {
      table = NetworkText.read(text);
      expected = table.layout().stream().map(NetworkFile::brief).toList();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IllegalArgumentException("the table: " + e.getMessage(), e);
    }
    List<String> found = tensors.stream().map(NetworkFile::brief).toList();
    if (!found.equals(expected)) {
      throw in.error("the table must have the parameters " + found, expected);
    }
    return table;
  }

  private static String brief(Parameter parameter) {
    return parameter.name() + " " + parameter.shape();
  }

  private static String brief(Tensor tensor) {
    return tensor.name() + " " + tensor.shape();
  }
}
