@NullMarked
package dev.espalier.sweep.mlflow;

import org.jspecify.annotations.NullMarked;
