package dev.espalier.workers.size;

/**
 * One tensor as the encoder wrote it.
 *
 * @param name of the tensor
 * @param encoding {@code dense}, {@code bitmask}, {@code sparse}, {@code codebook}, {@code
 *     bitmask-codebook} or {@code sparse-codebook}, and {@code -huffman} behind it if its indices
 *     or gaps are entropy-coded. Kernels of 8-bit integers have {@code int8}, and {@code int8-}
 *     before any other word than {@code dense}
 * @param bytes of its whole record in the file, name and shape included
 */
public record EncodedTensor(String name, String encoding, long bytes) {}
