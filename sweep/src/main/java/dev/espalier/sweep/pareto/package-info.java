/**
 * Which trials are worth having: objectives, the Pareto front, its knee, what chance explains, and
 * the front as a table, as CSV and as a picture. Plain Java.
 */
@NullMarked
package dev.espalier.sweep.pareto;

import org.jspecify.annotations.NullMarked;
