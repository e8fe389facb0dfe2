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
 */
public record PlannedNetwork(List<Parameter> parameters, @Nullable Network table) {
  public PlannedNetwork {
    parameters = List.copyOf(parameters);
  }

  /** The network of a table. */
  public static PlannedNetwork of(Network table) {
    return new PlannedNetwork(table.layout(), table);
  }
}
