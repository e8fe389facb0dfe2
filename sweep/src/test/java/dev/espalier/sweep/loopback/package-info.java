@NullMarked
package dev.espalier.sweep.loopback;

import org.jspecify.annotations.NullMarked;
