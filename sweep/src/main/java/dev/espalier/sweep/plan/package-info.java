/** The stage tree of a sweep. */
@NullMarked
package dev.espalier.sweep.plan;

import org.jspecify.annotations.NullMarked;
