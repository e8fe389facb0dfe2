/**
 * The main flow: carry out a plan, stage by stage, and join the results to trials. Start at {@link
 * dev.espalier.sweep.run.Sweep}.
 */
@NullMarked
package dev.espalier.sweep.run;

import org.jspecify.annotations.NullMarked;
