/**
 * The steps between a config and a sweep that can start: the plan over real images, the user's own
 * network, a first estimate of its seconds; and the plan and networks of a sweep that has run.
 */
@NullMarked
package dev.espalier.sweep.preparation;

import org.jspecify.annotations.NullMarked;
