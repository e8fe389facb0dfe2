/** What pruning one layer alone costs: a sweep for it, a table and a picture of its results. */
@NullMarked
package dev.espalier.sweep.sensitivity;

import org.jspecify.annotations.NullMarked;
