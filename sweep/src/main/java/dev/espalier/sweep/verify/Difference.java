package dev.espalier.sweep.verify;

/**
 * Something that came out otherwise when a stage was run again.
 *
 * @param what a metric, a row of the layer table, or the SHA-256 of a data file, and where it was
 *     recorded
 * @param recorded in the folder of the sweep
 * @param again what came out now
 */
public record Difference(String what, String recorded, String again) {}
