/**
 * What a config may say, from the descriptions of its keys: for people at a terminal, and as a JSON
 * schema for editors.
 */
@NullMarked
package dev.espalier.sweep.reference;

import org.jspecify.annotations.NullMarked;
