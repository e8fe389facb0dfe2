/** The executor of plans on Spark, local or remote: one job with one task for each stage. */
@NullMarked
package dev.espalier.sweep.spark;

import org.jspecify.annotations.NullMarked;
