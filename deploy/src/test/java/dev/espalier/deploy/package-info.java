/** The distribution as a user has it: real processes, started by its own scripts. */
@NullMarked
package dev.espalier.deploy;

import org.jspecify.annotations.NullMarked;
