/** Clustering of weights: one-dimensional k-means, in plain Java on {@code float[]}. */
@NullMarked
package dev.espalier.workers.cluster;

import org.jspecify.annotations.NullMarked;
