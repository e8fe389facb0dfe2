/** Studies of others, run by Espalier: the tables of docs/studies.md. */
@NullMarked
package dev.espalier.sweep.study;

import org.jspecify.annotations.NullMarked;
