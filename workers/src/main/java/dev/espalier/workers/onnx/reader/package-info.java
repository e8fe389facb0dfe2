/**
 * ONNX files of others (onnx.ai) as tables: reading them within bounds, refusing by name what no
 * table computes. Nothing in a file is run.
 */
@NullMarked
package dev.espalier.workers.onnx.reader;

import org.jspecify.annotations.NullMarked;
