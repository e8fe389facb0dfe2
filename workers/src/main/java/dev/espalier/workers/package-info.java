/** One stage at a time: what a Spark task runs. */
@NullMarked
package dev.espalier.workers;

import org.jspecify.annotations.NullMarked;
