/**
 * Encodings of a network's parameters and their lengths, in Java alone: the zip needs no zlib.
 *
 * <p>Encodings have no headers: whoever decodes knows the table of the network, so the names and
 * shapes of parameters, and where each begins and ends. Bits fill bytes from the highest bit down.
 */
@NullMarked
package dev.espalier.workers.ledger;

import org.jspecify.annotations.NullMarked;
