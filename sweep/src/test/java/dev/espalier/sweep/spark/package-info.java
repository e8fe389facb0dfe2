@NullMarked
package dev.espalier.sweep.spark;

import org.jspecify.annotations.NullMarked;
