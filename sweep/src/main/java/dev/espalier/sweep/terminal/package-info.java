/** Terminal output: sizes, colours, and the live view of a sweep. */
@NullMarked
package dev.espalier.sweep.terminal;

import org.jspecify.annotations.NullMarked;
