package dev.espalier.workers.stage;

import dev.espalier.workers.cluster.Codebook;
import dev.espalier.workers.prune.Mask;

/** What later training must keep of one tensor. */
public sealed interface Hold {

  /** Pruned weights stay zero. */
  record Zeros(Mask mask) implements Hold {}

  /**
   * Weights of one centroid stay equal, and zeros stay zero: training moves the centroids alone.
   */
  record Shared(Codebook codebook) implements Hold {}

  /** The values stay as they are. */
  record Frozen() implements Hold {}
}
