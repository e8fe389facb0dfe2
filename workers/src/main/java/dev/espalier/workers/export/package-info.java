/**
 * A trained network as files for other programs: a Deeplearning4j zip, the compressed file, ONNX,
 * and a card that says what it is. The messages of ONNX, {@code onnx.*}, are used here and nowhere
 * else.
 */
@NullMarked
package dev.espalier.workers.export;

import org.jspecify.annotations.NullMarked;
