@NullMarked
package dev.espalier.workers.tflite;

import org.jspecify.annotations.NullMarked;
