/**
 * Deeplearning4j files that somebody else wrote: reading them without running what they name, and
 * importing their graphs as tables.
 */
@NullMarked
package dev.espalier.workers.dl4j;

import org.jspecify.annotations.NullMarked;
