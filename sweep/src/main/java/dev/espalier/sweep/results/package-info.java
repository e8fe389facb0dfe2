/** Snapshots of a sweep for its readers, and what is done with a sweep after its run. */
@NullMarked
package dev.espalier.sweep.results;

import org.jspecify.annotations.NullMarked;
