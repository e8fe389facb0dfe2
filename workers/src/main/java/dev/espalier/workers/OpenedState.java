package dev.espalier.workers;

import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.stage.State;
import java.util.Objects;

/** A state, and the network in native memory that holds its parameters. */
final class OpenedState implements AutoCloseable {
  private TrainableNetwork network;
  private State state;

  /**
   * @param network holds the parameters of {@code state}, and is closed with this
   */
  OpenedState(TrainableNetwork network, State state) {
    this.network = network;
    this.state = state;
  }

  /** The network of {@link #state()}; until that changes. */
  TrainableNetwork network() {
    return network;
  }

  State state() {
    return state;
  }

  /** Goes over to what a stage made of the state: in another network where the table is another. */
  void become(State after) {
    if (Objects.equals(after.table(), state.table())) {
      network.parameters(after.tensors());
    } else {
      Network table = after.table();
      if (table == null) {
        throw new IllegalStateException("a stage must not take the table of a network away");
      }
      network.close();
      network = TrainableNetwork.of(table, after.tensors());
    }
    state = after;
  }

  @Override
  public void close() {
    network.close();
  }
}
