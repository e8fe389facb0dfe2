package dev.espalier.sweep.spec.step;

import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan knows of the network that a step meets: its rows. What only its weights decide is as
 * it was in the network that the trial starts with: how many filters are left, and which blocks.
 *
 * @param parameters in network order
 * @param table null where it is the user's own network that no table expresses
 * @param classifier names of the layers with a kernel that {@code head} stands for
 * @param classes of the data
 */
public record PlannedNetwork(
    List<Parameter> parameters, @Nullable Network table, List<String> classifier, int classes) {
  public PlannedNetwork {
    parameters = List.copyOf(parameters);
    classifier = List.copyOf(classifier);
  }

  /** The network of a table for the classes of the data. */
  public static PlannedNetwork of(Network table) {
    return of(table.layout(), table, table.classes());
  }

  /** A network whose classifier is its last layer with a kernel. */
  public static PlannedNetwork of(
      List<Parameter> parameters, @Nullable Network table, int classes) {
    List<String> kernels =
        parameters.stream().filter(each -> each.kind().isKernel()).map(Parameter::layer).toList();
    int last = kernels.size() - 1;
    return new PlannedNetwork(
        parameters, table, last < 0 ? List.of() : List.of(kernels.get(last)), classes);
  }

  /** The same with another table, which has the classifier of this one. */
  PlannedNetwork with(Network other) {
    return new PlannedNetwork(other.layout(), other, classifier, classes);
  }
}
