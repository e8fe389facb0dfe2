@NullMarked
package dev.espalier.workers.checkpoint;

import org.jspecify.annotations.NullMarked;
