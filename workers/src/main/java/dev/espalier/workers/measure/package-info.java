/** What a network is worth: accuracy and loss on the splits, parameters, MACs, bytes. */
@NullMarked
package dev.espalier.workers.measure;

import org.jspecify.annotations.NullMarked;
