/**
 * The main flow: runs the stages of a plan and joins their results to trials. Start at {@link
 * dev.espalier.sweep.run.Sweep}.
 */
@NullMarked
package dev.espalier.sweep.run;

import org.jspecify.annotations.NullMarked;
