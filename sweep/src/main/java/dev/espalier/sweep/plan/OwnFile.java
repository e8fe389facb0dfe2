package dev.espalier.sweep.plan;

import dev.espalier.sweep.spec.step.PlannedNetwork;
import dev.espalier.workers.facts.Normalization;
import org.jspecify.annotations.Nullable;

/**
 * What a plan says of the user's own network beside its digest.
 *
 * @param input how its images are normalized; null: by the mean and deviation of the training
 *     images
 * @param otherClasses how many classes it tells apart where they are not those of the data; else 0
 * @param network what a plan knows of it
 */
public record OwnFile(@Nullable Normalization input, int otherClasses, PlannedNetwork network) {}
