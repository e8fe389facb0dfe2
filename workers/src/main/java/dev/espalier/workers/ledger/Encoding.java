package dev.espalier.workers.ledger;

import dev.espalier.workers.coding.BitReader;
import dev.espalier.workers.coding.BitWriter;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.model.Tensor;

/**
 * An encoding of a network, parameter by parameter, each in whole bytes.
 *
 * @param word in the name of its metric, {@code size/WORD_bytes}, which says what it is
 * @param kernels the way to write kernels
 * @param vectors the way to write biases and what belongs to batch norm
 */
public record Encoding(String word, Coding kernels, Coding vectors) {

  /** The bytes of a parameter. */
  public byte[] encode(Tensor tensor) {
    BitWriter out = new BitWriter();
    coding(tensor.kind()).write(out, tensor);
    out.align();
    return out.toByteArray();
  }

  /**
   * The values of a parameter, bit for bit.
   *
   * @param bytes that {@link #encode} gave for a tensor of this name, kind and shape
   * @throws IllegalArgumentException if no such tensor has these bytes: place, rule, found
   */
  public float[] decode(byte[] bytes, Parameter parameter) {
    BitReader in = new BitReader(bytes, 0, bytes.length);
    float[] values = coding(parameter.kind()).read(in, parameter);
    in.align();
    if (!in.atEnd()) {
      throw in.error(parameter.name() + ": must end here", in.left() + " bytes more");
    }
    return values;
  }

  private Coding coding(Tensor.Kind kind) {
    return kind.isKernel() ? kernels : vectors;
  }
}
