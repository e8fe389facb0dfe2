/**
 * MLflow through its Java client, on the driver only, and the embedded tracking server that stands
 * in where no server is named. Nothing here ever stops a sweep: the journal is the truth.
 */
@NullMarked
package dev.espalier.sweep.mlflow;

import org.jspecify.annotations.NullMarked;
