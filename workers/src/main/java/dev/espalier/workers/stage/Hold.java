package dev.espalier.workers.stage;

import dev.espalier.workers.cluster.Codebook;
import dev.espalier.workers.prune.Mask;

/**
 * What later stages must keep of one tensor. Each stage respects all holds:
 *
 * <table>
 *   <caption>What a stage does to a hold</caption>
 *   <tr><th></th><th>prune</th><th>prune filters</th><th>cluster</th><th>training</th>
 *       <th>calibration</th></tr>
 *   <tr><td>zeros</td><td>stay, more come</td><td>stay where weights stay</td>
 *       <td>stay: shared</td><td>stay</td><td>stay</td></tr>
 *   <tr><td>shared</td><td>pruned weights leave their centroids</td>
 *       <td>stay where weights stay</td><td>shared anew</td><td>centroids move</td>
 *       <td>stays</td></tr>
 *   <tr><td>frozen</td><td>left alone</td><td>left alone</td><td>left alone</td><td>stays</td>
 *       <td>stays</td></tr>
 * </table>
 */
public sealed interface Hold {

  /**
   * The allowed values nearest to those that a stage wants; a new array.
   *
   * @param before the values that it holds
   */
  float[] kept(float[] before, float[] wanted);

  /** The hold restricted to the values at {@code indices}, in that order. */
  Hold at(int[] indices);

  /** The indices of the values that stay zero, ascending. */
  int[] zeros();

  /** Pruned weights stay zero. */
  record Zeros(Mask mask) implements Hold {
    @Override
    public float[] kept(float[] before, float[] wanted) {
      return mask.applied(wanted);
    }

    @Override
    public Hold at(int[] indices) {
      return new Zeros(mask.at(indices));
    }

    @Override
    public int[] zeros() {
      return mask.zeros();
    }
  }

  /** Weights of one centroid stay equal, and zeros stay zero: training moves only the centroids. */
  record Shared(Codebook codebook) implements Hold {
    /** Weights get the wanted value of the first weight of their centroid. */
    @Override
    public float[] kept(float[] before, float[] wanted) {
      return codebook.movedTo(wanted).decode();
    }

    @Override
    public Hold at(int[] indices) {
      return new Shared(codebook.at(indices));
    }

    @Override
    public int[] zeros() {
      return codebook.zeros();
    }
  }

  /** The values stay unchanged; a batch norm normalizes by its running statistics. */
  record Frozen() implements Hold {
    @Override
    public float[] kept(float[] before, float[] wanted) {
      return before.clone();
    }

    @Override
    public Hold at(int[] indices) {
      return this;
    }

    @Override
    public int[] zeros() {
      return new int[0];
    }
  }
}
