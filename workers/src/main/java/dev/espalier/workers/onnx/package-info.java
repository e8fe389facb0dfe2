/**
 * Networks as ONNX files (onnx.ai). The messages of ONNX, {@code onnx.*}, are used here and nowhere
 * else.
 */
@NullMarked
package dev.espalier.workers.onnx;

import org.jspecify.annotations.NullMarked;
