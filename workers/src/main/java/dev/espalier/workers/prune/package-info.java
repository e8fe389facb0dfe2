/** Which weights to keep: masks by magnitude, in plain Java on {@code float[]}. */
@NullMarked
package dev.espalier.workers.prune;

import org.jspecify.annotations.NullMarked;
