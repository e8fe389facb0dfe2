/** Tables with other rows: without residual blocks, or with another classifier. */
@NullMarked
package dev.espalier.workers.reshape;

import org.jspecify.annotations.NullMarked;
