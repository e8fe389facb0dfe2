package dev.espalier.workers.facts;

import java.io.Serializable;
import java.util.List;

/**
 * One layer with a kernel, as measured.
 *
 * @param kind {@code conv}, {@code depthwise} or {@code dense}
 * @param shape of the kernel: [out, in, height, width], or [out, in] for dense layers
 * @param prunable whether the sweep's prune stages may touch it
 * @param weights in the kernel
 * @param nonzero weights of the kernel that are not zero
 * @param values different non-zero values in the kernel
 * @param macs multiply-accumulates for one image
 * @param macsNonzero those with a weight that is not zero
 * @param encoding the smallest one, which the encoder chose
 * @param bytes of the kernel in the compressed file
 */
public record LayerRow(
    String name,
    String kind,
    List<Integer> shape,
    boolean prunable,
    long weights,
    long nonzero,
    long values,
    long macs,
    long macsNonzero,
    String encoding,
    long bytes)
    implements Serializable {
  public LayerRow {
    shape = List.copyOf(shape);
  }
}
