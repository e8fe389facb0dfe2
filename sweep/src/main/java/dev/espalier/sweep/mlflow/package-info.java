/**
 * The client side of MLflow, on the driver only: which server is meant, and what is sent there.
 * Nothing here ever stops a sweep: the journal is the truth.
 */
@NullMarked
package dev.espalier.sweep.mlflow;

import org.jspecify.annotations.NullMarked;
