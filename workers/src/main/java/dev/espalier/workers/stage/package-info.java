/**
 * The stages of a trial, each a record that knows its texts, and the state of a network between two
 * of them.
 */
@NullMarked
package dev.espalier.workers.stage;

import org.jspecify.annotations.NullMarked;
