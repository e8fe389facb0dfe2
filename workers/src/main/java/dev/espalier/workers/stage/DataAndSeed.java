package dev.espalier.workers.stage;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.DataSource;
import java.io.Serializable;

/**
 * What all stages of a trial have in common.
 *
 * @param source where the images are
 * @param data what they are
 * @param seed of initialization, data order and augmentation: trials with the same seed use the
 *     same images in the same order
 */
public record DataAndSeed(DataSource source, DataFacts data, long seed) implements Serializable {
  String canonical() {
    return "data "
        + data.digest()
        + " train "
        + data.train()
        + " validation "
        + data.validation()
        + "\nnormalization mean and standard deviation of each channel of the training split\nseed "
        + seed;
  }
}
