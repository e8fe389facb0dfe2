package dev.espalier.sweep.plan;

import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.model.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan says of the user's own network beside its digest.
 *
 * @param input how its images are normalized; null: by the mean and deviation of the training
 *     images
 * @param parameters in network order
 */
public record OwnFile(@Nullable Normalization input, List<Parameter> parameters) {
  public OwnFile {
    parameters = List.copyOf(parameters);
  }
}
