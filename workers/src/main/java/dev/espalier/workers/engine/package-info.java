/**
 * A network's table turned into a Deeplearning4j graph with layers that call oneDNN directly, for
 * training, and into a plan of oneDNN's primitives, for predictions. {@link
 * dev.espalier.workers.engine.TrainableNetwork} is the seam: nothing of Deeplearning4j, ND4J or
 * JavaCPP is visible outside this package.
 */
@NullMarked
package dev.espalier.workers.engine;

import org.jspecify.annotations.NullMarked;
