@NullMarked
package dev.espalier.workers.storage;

import org.jspecify.annotations.NullMarked;
