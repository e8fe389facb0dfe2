/** The proof that bits are equal: finished trials run once more, each alone and from scratch. */
@NullMarked
package dev.espalier.sweep.verify;

import org.jspecify.annotations.NullMarked;
