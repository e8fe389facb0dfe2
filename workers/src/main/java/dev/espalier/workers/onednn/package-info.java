/**
 * Primitives of oneDNN on native memory: forward and backward passes of single layers, and what
 * they need to run. Nothing here knows Deeplearning4j or ND4J.
 */
@NullMarked
package dev.espalier.workers.onednn;

import org.jspecify.annotations.NullMarked;
