package dev.espalier.workers.int8;

/**
 * What an integer network gives for some images.
 *
 * @param probabilities [count, classes], with scale 1/256 and zero point -128; not copied
 * @param logits [count, classes], as the numbers that their integers stand for; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record IntegerOutputs(byte[] probabilities, float[] logits) {}
