/**
 * The steps of pipelines: each kind in one file with its options, rules, defaults and the stage
 * that it becomes.
 */
@NullMarked
package dev.espalier.sweep.spec.step;

import org.jspecify.annotations.NullMarked;
