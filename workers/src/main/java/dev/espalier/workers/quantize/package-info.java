/** Numbers of fewer bits than 32 for weights and activations, on plain arrays. */
@NullMarked
package dev.espalier.workers.quantize;

import org.jspecify.annotations.NullMarked;
