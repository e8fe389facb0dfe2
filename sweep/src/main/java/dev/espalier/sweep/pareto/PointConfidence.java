package dev.espalier.sweep.pareto;

/**
 * The confidence that a configuration is worth having.
 *
 * @param point the configuration: a trial, or the mean of its seeds
 * @param accuracy on validation images, with its interval
 * @param onFront P(non-dominated): the fraction of bootstrap replicates in which no other
 *     configuration beats it; NaN where nothing is known about chance
 * @param knee the fraction of bootstrap replicates in which it is the knee; NaN as above
 * @param tied whether it is on the front and no more accurate, beyond two standard errors of the
 *     difference, than a point of the front that is at least as good in every other objective
 */
public record PointConfidence(
    Point point, Interval accuracy, double onFront, double knee, boolean tied) {}
