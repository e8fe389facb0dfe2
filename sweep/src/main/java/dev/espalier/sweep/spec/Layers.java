package dev.espalier.sweep.spec;

import java.util.List;

/**
 * Which layers a stage touches.
 *
 * @param exclude globs of layer names that are left alone, sorted
 * @param depthwise whether depthwise kernels are touched too
 */
public record Layers(List<String> exclude, boolean depthwise) {
  public Layers {
    exclude = exclude.stream().sorted().toList();
  }
}
