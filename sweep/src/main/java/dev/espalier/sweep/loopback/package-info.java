/** HTTP servers for the programs and browsers of this machine: loopback, a token, slow clients. */
@NullMarked
package dev.espalier.sweep.loopback;

import org.jspecify.annotations.NullMarked;
