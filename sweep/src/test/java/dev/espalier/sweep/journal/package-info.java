@NullMarked
package dev.espalier.sweep.journal;

import org.jspecify.annotations.NullMarked;
