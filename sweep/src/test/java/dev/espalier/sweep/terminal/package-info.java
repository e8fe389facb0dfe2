@NullMarked
package dev.espalier.sweep.terminal;

import org.jspecify.annotations.NullMarked;
