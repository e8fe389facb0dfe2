/** The command line: it parses and prints, and it alone ends the process. */
@NullMarked
package dev.espalier.sweep.cli;

import org.jspecify.annotations.NullMarked;
