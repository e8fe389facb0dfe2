package dev.espalier.workers.stage;

import java.io.Serializable;

/**
 * What a batch norm normalizes by.
 *
 * @param mean [channels]
 * @param variance the biased one: the mean of the squared distances from the mean, [channels]
 */
// Handed on and never compared.
@SuppressWarnings("ArrayRecordComponent")
public record BatchStatistics(float[] mean, float[] variance) implements Serializable {}
