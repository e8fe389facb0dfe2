package dev.espalier.workers.facts;

import java.io.Serializable;

/**
 * One point of a training curve.
 *
 * @param epoch the epoch that was completed, counted from 1 and from the state that the stage
 *     starts from
 */
public record EpochMetrics(int epoch, Metrics metrics) implements Serializable {}
