/**
 * Structured pruning: which filters of convolutions and neurons of dense layers to keep, and the
 * narrower network without the others, in plain Java on {@code float[]}.
 */
@NullMarked
package dev.espalier.workers.filter;

import org.jspecify.annotations.NullMarked;
