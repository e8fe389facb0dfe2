package dev.espalier.workers.measure;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DivergedException;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.stage.State;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A network in the state that a stage reached, with what several measurements need of it: that is
 * worked out once, and only if one of them asks. For one thread.
 */
public final class Subject {
  private final TrainableNetwork network;
  private final Dataset data;
  private final State state;
  private final CompressedNetwork encoded;
  private final Map<Dataset.Split, Evaluation> evaluations = new EnumMap<>(Dataset.Split.class);
  private List<LayerRow> layers = List.of();

  /**
   * @param network holds the parameters of {@code state}
   * @param encoded the parameters of {@code state} as the encoder writes them
   */
  public Subject(TrainableNetwork network, Dataset data, State state, CompressedNetwork encoded) {
    this.network = network;
    this.data = data;
    this.state = state;
    this.encoded = encoded;
  }

  public TrainableNetwork network() {
    return network;
  }

  public Dataset data() {
    return data;
  }

  public State state() {
    return state;
  }

  public CompressedNetwork encoded() {
    return encoded;
  }

  /** Every layer with a kernel, in the order of the network. */
  public List<LayerRow> layers() {
    if (layers.isEmpty()) {
      layers = LayerTable.of(state.tensors(), state.prunable(), encoded);
    }
    return layers;
  }

  /**
   * The classification of one split.
   *
   * @throws DivergedException if the loss is not finite
   */
  public Evaluation evaluation(Dataset.Split split) throws DivergedException, InterruptedException {
    Evaluation known = evaluations.get(split);
    if (known != null) {
      return known;
    }
    Evaluation evaluation = Evaluation.of(network, data, split);
    if (!Double.isFinite(evaluation.loss())) {
      String loss = split == Dataset.Split.TEST ? Metrics.TEST_LOSS : Metrics.VAL_LOSS;
      throw new DivergedException(loss + " is " + evaluation.loss());
    }
    evaluations.put(split, evaluation);
    return evaluation;
  }
}
