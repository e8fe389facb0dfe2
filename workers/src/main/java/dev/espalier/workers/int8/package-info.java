/** Networks of 8-bit integers as TensorFlow Lite defines them, on plain arrays. */
@NullMarked
package dev.espalier.workers.int8;

import org.jspecify.annotations.NullMarked;
