@NullMarked
package dev.espalier.workers.export;

import org.jspecify.annotations.NullMarked;
