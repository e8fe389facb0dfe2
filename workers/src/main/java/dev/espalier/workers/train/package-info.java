/** The training loop. */
@NullMarked
package dev.espalier.workers.train;

import org.jspecify.annotations.NullMarked;
