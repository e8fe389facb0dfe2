@NullMarked
package dev.espalier.sweep.report;

import org.jspecify.annotations.NullMarked;
