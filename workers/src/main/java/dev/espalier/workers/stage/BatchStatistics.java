package dev.espalier.workers.stage;

import java.io.Serializable;

/**
 * The statistics by which a batch norm normalizes.
 *
 * @param mean [channels]
 * @param variance the biased one: the mean of the squared distances from the mean, [channels]
 */
// Passed on and never compared.
@SuppressWarnings("ArrayRecordComponent")
public record BatchStatistics(float[] mean, float[] variance) implements Serializable {}
