/**
 * Data sets: reading them strictly, splitting them by seed, and handing them out as normalized
 * batches whose order and augmentation depend on the trial's seed alone.
 */
@NullMarked
package dev.espalier.workers.data;

import org.jspecify.annotations.NullMarked;
