package dev.espalier.workers.facts;

import static dev.espalier.workers.facts.Metric.Better.LESS;
import static dev.espalier.workers.facts.Metric.Prominence.COLUMN;
import static dev.espalier.workers.facts.MetricUnit.BYTES;

import java.util.List;

/** The metrics of a network's size: the length of the same parameters in different encodings. */
final class SizeMetrics {
  static final List<Metric> ALL =
      List.of(
          Metric.of(
                  Metrics.SIZE_DENSE_BYTES,
                  "size as plain 32-bit weights",
                  BYTES,
                  LESS,
                  "every value of the network in four bytes")
              .byRatio(),
          Metric.of(
                  Metrics.SIZE_COMPRESSED_BYTES,
                  "compressed size",
                  BYTES,
                  LESS,
                  "the length of the `.esp` file, which contains the whole network")
              .byRatio()
              .partOf(Metrics.SIZE_DENSE_BYTES)
              .headed("size")
              .shownAs(COLUMN),
          encoding(
              "csr32",
              "CSR 32",
              "size in CSR, 32-bit columns",
              "kernels as compressed sparse rows with 32-bit columns"),
          encoding(
              "csr16",
              "CSR 16",
              "size in CSR, 16-bit columns",
              "kernels as compressed sparse rows with 16-bit columns"),
          encoding(
              "bitmask",
              "bitmask",
              "size with bitmasks",
              "kernels as a bit for each weight and the non-zero weights"),
          encoding(
              "relative_index",
              "relative index",
              "size with relative indices",
              "kernels as non-zero weights, each behind the number of zeros before it, in 8 bits for"
                  + " convolutions and 5 for dense layers"),
          encoding(
              "codebook",
              "codebook",
              "size with codebooks",
              "kernels as a table of their values and an index for each weight"),
          encoding(
              "sparse_codebook",
              "sparse codebook",
              "size with sparse codebooks",
              "kernels as a bit for each weight, a table of the non-zero values and an index for each"
                  + " non-zero weight"),
          encoding(
              "huffman",
              "Huffman",
              "size with Huffman-coded codebooks",
              "kernels as a table of their values and a Huffman code for each weight"),
          encoding(
              "zip", "zip", "size of a zip", "all values as 32-bit floats, deflated at level 6"),
          encoding(
                  "entropy",
                  "entropy",
                  "entropy of the values",
                  "the lower bound for a coder that uses only the frequency of each value in its tensor")
              .onlyShown(),
          encoding(
                  "float16",
                  "float16",
                  "size in 16-bit floats",
                  "every value of the network in two bytes")
              .onlyWhere(Metrics.BITS_WEIGHTS, 16),
          encoding(
                  "int8",
                  "int8",
                  "size in 8-bit integers",
                  "kernels in a byte for each weight and scales")
              .onlyWhere(Metrics.BITS_WEIGHTS, 8),
          encoding(
                  "int8_bitmask",
                  "int8 bitmask",
                  "size in 8-bit integers with bitmasks",
                  "kernels as a bit for each weight, a byte for each that is not zero, and scales")
              .onlyWhere(Metrics.BITS_WEIGHTS, 8),
          encoding(
                  "int8_huffman",
                  "int8 Huffman",
                  "size in Huffman-coded 8-bit integers",
                  "kernels as a Huffman code for each weight, and scales")
              .onlyWhere(Metrics.BITS_WEIGHTS, 8));

  private SizeMetrics() {}

  private static Metric encoding(String word, String heading, String label, String meaning) {
    return Metric.of(Metrics.encodedBytes(word), label, BYTES, LESS, meaning)
        .byRatio()
        .headed(heading)
        .partOf(Metrics.SIZE_DENSE_BYTES);
  }
}
