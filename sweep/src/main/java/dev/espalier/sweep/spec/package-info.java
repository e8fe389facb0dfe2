/**
 * YAML to {@link dev.espalier.sweep.spec.SweepSpec}: strict keys, every problem at once, each with
 * its place. The only package that knows YAML.
 */
@NullMarked
package dev.espalier.sweep.spec;

import org.jspecify.annotations.NullMarked;
