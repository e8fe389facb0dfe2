/**
 * A trained network as files for other programs: a Deeplearning4j zip, the compressed file, ONNX,
 * TensorFlow Lite, and a card that says what it is.
 */
@NullMarked
package dev.espalier.workers.export;

import org.jspecify.annotations.NullMarked;
