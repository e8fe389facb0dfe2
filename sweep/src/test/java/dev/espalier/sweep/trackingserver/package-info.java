@NullMarked
package dev.espalier.sweep.trackingserver;

import org.jspecify.annotations.NullMarked;
