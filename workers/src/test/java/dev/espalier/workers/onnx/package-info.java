@NullMarked
package dev.espalier.workers.onnx;

import org.jspecify.annotations.NullMarked;
