package dev.espalier.workers.size;

import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.NetworkText;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;
import dev.espalier.workers.stage.Hold;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network as an {@code .esp} file of version 2: the records of version 1, {@link
 * CompressedNetwork}, then the network's table as text, then what training must keep of each
 * tensor. So a network can be read, and training go on, from its file alone. The metric {@code
 * size/compressed_bytes} is the length of version 1, which is shorter.
 *
 * @param version 1, which says nothing of table and holds, or 2
 * @param table null where the file has none
 * @param holds by the name of the tensor
 */
public record NetworkFile(
    int version, @Nullable Network table, List<Tensor> tensors, Map<String, Hold> holds) {
  public NetworkFile {
    tensors = List.copyOf(tensors);
    holds = Map.copyOf(holds);
  }

  /**
   * The bytes of version 2.
   *
   * @param encoded the tensors as version 1 has them
   * @param table null if no table says what the network computes
   */
  public static byte[] encode(
      CompressedNetwork encoded,
      @Nullable Network table,
      List<Tensor> tensors,
      Map<String, Hold> holds) {
    BitWriter out = new BitWriter();
    out.bytes(encoded.content());
    TextCoding.write(out, table == null ? "" : table.canonical());
    tensors.forEach(tensor -> HoldCoding.write(out, tensor, holds.get(tensor.name())));
    out.align();
    return FileFrame.SECOND.around(out.toByteArray());
  }

  /**
   * Reads a file of either version. Memory is bounded as {@link CompressedNetwork#decode} says.
   *
   * @throws IllegalArgumentException if the file is not whole or contradicts itself: place, rule,
   *     found
   */
  public static NetworkFile decode(byte[] file) {
    FileFrame frame = FileFrame.of(file);
    BitReader in = FileFrame.content(file);
    List<Tensor> tensors = CompressedNetwork.read(in);
    Map<String, Hold> holds = new LinkedHashMap<>();
    Network table = null;
    if (frame.equals(FileFrame.SECOND)) {
      table = table(in, tensors);
      for (Tensor tensor : tensors) {
        Hold hold = HoldCoding.read(in, tensor);
        if (hold != null) {
          holds.put(tensor.name(), hold);
        }
      }
      in.align();
    }
    CompressedNetwork.requireEnd(in, tensors);
    return new NetworkFile(frame.version(), table, tensors, holds);
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
