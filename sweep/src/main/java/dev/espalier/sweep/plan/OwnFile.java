package dev.espalier.sweep.plan;

import dev.espalier.sweep.spec.step.PlannedNetwork;
import dev.espalier.workers.facts.Normalization;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan records about the user's own network.
 *
 * @param digest SHA-256 of its file, or of all its files
 * @param input how its images are normalized; null: by the mean and deviation of the training
 *     images
 * @param otherClasses the number of its classes if they are not those of the data; otherwise 0
 * @param network what a plan knows of it
 * @param remarks lines for people
 */
public record OwnFile(
    String digest,
    @Nullable Normalization input,
    int otherClasses,
    PlannedNetwork network,
    List<String> remarks) {
  public OwnFile {
    remarks = List.copyOf(remarks);
  }
}
