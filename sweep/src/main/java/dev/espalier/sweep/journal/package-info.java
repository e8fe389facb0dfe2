/**
 * The files of a sweep: its folder, plan, journal and identity, with the locks and leases that let
 * one run at a time write them.
 */
@NullMarked
package dev.espalier.sweep.journal;

import org.jspecify.annotations.NullMarked;
