/** The command line: it parses and prints, and is the only package that ends the process. */
@NullMarked
package dev.espalier.sweep.cli;

import org.jspecify.annotations.NullMarked;
