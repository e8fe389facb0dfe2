/**
 * The compressed file of a network ({@code .esp}) and its size in bytes, in plain Java.
 *
 * <p>{@code docs/format.md} describes the file bit by bit.
 */
@NullMarked
package dev.espalier.workers.size;

import org.jspecify.annotations.NullMarked;
