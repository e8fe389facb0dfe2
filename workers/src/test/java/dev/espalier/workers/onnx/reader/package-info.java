@NullMarked
package dev.espalier.workers.onnx.reader;

import org.jspecify.annotations.NullMarked;
