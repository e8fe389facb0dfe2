package dev.espalier.sweep.plan;

import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.model.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan says of the user's own network.
 *
 * @param digest SHA-256 of its file, or of all its files
 * @param input how its images are normalized; null: by the mean and deviation of the training
 *     images
 * @param parameters in network order
 * @param remarks lines for people
 */
public record OwnFile(
    String digest,
    @Nullable Normalization input,
    List<Parameter> parameters,
    List<String> remarks) {
  public OwnFile {
    parameters = List.copyOf(parameters);
    remarks = List.copyOf(remarks);
  }
}
