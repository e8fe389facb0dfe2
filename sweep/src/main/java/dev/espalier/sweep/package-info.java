/** Grids, the stage tree, Spark, results, MLflow, the Pareto front, the command line. */
@NullMarked
package dev.espalier.sweep;

import org.jspecify.annotations.NullMarked;
