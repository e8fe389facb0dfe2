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
 * A state, together with the network in native memory that holds its parameters. A trainable
 * network is built only if a stage trains it or reads its inner values: most stages need only
 * predictions.
 */
final class OpenedState implements AutoCloseable {
  private State state;
  private @Nullable TrainableNetwork network;
  private @Nullable FloatNetwork predictor;

  /**
   * A state whose network is described by a table.
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

  /** The network of {@link #state()} for training, valid until the state changes. */
  TrainableNetwork network() {
    if (network == null) {
      network = TrainableNetwork.of(table(state), state.tensors());
    }
    return network;
  }

  /** The network of {@link #state()} for predictions, valid until the state changes. */
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

  /**
   * Switches to the state that a stage has produced, with another network if the table has changed.
   */
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

  /** If there is no table, there is a network. */
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
