/** Random numbers by key: equal keys give equal numbers, on every machine and Java version. */
@NullMarked
package dev.espalier.workers.random;

import org.jspecify.annotations.NullMarked;
