/**
 * {@link dev.espalier.sweep.spec.SweepSpec} to {@link dev.espalier.sweep.plan.Plan}: the tree of
 * stages that trials share.
 */
@NullMarked
package dev.espalier.sweep.plan;

import org.jspecify.annotations.NullMarked;
