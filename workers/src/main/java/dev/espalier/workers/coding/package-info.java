/**
 * Numbers as bits: fixed widths, tables of the different values and prefix codes, in plain Java.
 */
@NullMarked
package dev.espalier.workers.coding;

import org.jspecify.annotations.NullMarked;
