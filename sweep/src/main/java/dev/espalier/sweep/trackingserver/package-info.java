/**
 * The embedded tracking server: MLflow's tracking and registry API over one SQLite file and a
 * folder of artifacts. It answers what Espalier, its notebooks and MLflow's Java client ask.
 */
@NullMarked
package dev.espalier.sweep.trackingserver;

import org.jspecify.annotations.NullMarked;
