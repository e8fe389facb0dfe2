/**
 * Training: a network's table turned into a Deeplearning4j graph with layers that call oneDNN.
 * {@link dev.espalier.workers.engine.TrainableNetwork} is the seam: nothing of Deeplearning4j or
 * ND4J is visible outside this package.
 */
@NullMarked
package dev.espalier.workers.engine;

import org.jspecify.annotations.NullMarked;
