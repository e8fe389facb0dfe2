/** Weights and activations with fewer than 32 bits, on plain arrays. */
@NullMarked
package dev.espalier.workers.quantize;

import org.jspecify.annotations.NullMarked;
