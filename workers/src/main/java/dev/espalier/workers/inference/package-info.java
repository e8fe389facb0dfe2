/** Predictions of a network's table by oneDNN's primitives alone, without Deeplearning4j. */
@NullMarked
package dev.espalier.workers.inference;

import org.jspecify.annotations.NullMarked;
