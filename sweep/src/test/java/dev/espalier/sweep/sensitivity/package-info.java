@NullMarked
package dev.espalier.sweep.sensitivity;

import org.jspecify.annotations.NullMarked;
