/** Weights that share a few values: one-dimensional k-means, in plain Java on {@code float[]}. */
@NullMarked
package dev.espalier.workers.cluster;

import org.jspecify.annotations.NullMarked;
