@NullMarked
package dev.espalier.sweep.run;

import org.jspecify.annotations.NullMarked;
