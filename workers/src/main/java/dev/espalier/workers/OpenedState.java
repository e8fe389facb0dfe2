package dev.espalier.workers;

import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.engine.FloatNetwork;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.stage.State;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A state, and in native memory the network that holds its parameters. What can be trained is only
 * built where a stage trains it or looks into it: most stages need no more than predictions.
 */
final class OpenedState implements AutoCloseable {
  private State state;
  private @Nullable TrainableNetwork network;
  private @Nullable FloatNetwork predictor;

  /**
   * A state of which a table says what its network computes.
   *
   * @throws IllegalArgumentException if there is none
   */
  OpenedState(State state) {
    if (state.table() == null) {
      throw new IllegalArgumentException("a state must have a table, or come with its network");
    }
    this.state = state;
  }

  /**
   * @param network holds the parameters of {@code state}, and is closed with this
   */
  OpenedState(TrainableNetwork network, State state) {
    this.network = network;
    this.state = state;
  }

  /** The network of {@link #state()}, to be trained; until that changes. */
  TrainableNetwork network() {
    if (network == null) {
      network = TrainableNetwork.of(table(state), state.tensors());
    }
    return network;
  }

  /** The network of {@link #state()}, to be asked; until that changes. */
  FloatNetwork predicting() {
    if (network != null) {
      return network;
    }
    if (predictor == null) {
      WeightedNetwork weighted = new WeightedNetwork(table(state), state.tensors());
      predictor = TrainableNetwork.asked(weighted, Engine.current());
    }
    return predictor;
  }

  State state() {
    return state;
  }

  /** Goes over to what a stage made of the state: in another network where the table is another. */
  void become(State after) {
    closePredictor();
    if (!Objects.equals(after.table(), state.table())) {
      if (after.table() == null) {
        throw new IllegalStateException("a stage must not take the table of a network away");
      }
      closeNetwork();
    } else if (network != null) {
      network.parameters(after.tensors());
    }
    state = after;
  }

  /** There is a network wherever there is no table. */
  private static Network table(State state) {
    return Objects.requireNonNull(state.table());
  }

  private void closePredictor() {
    if (predictor != null) {
      predictor.close();
      predictor = null;
    }
  }

  private void closeNetwork() {
    if (network != null) {
      network.close();
      network = null;
    }
  }

  @Override
  public void close() {
    closePredictor();
    closeNetwork();
  }
}
