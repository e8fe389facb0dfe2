package dev.espalier.workers.measure;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.engine.FloatNetwork;
import dev.espalier.workers.engine.IntegerPredictor;
import dev.espalier.workers.facts.DivergedException;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.int8.IntegerNetwork;
import dev.espalier.workers.int8.Lowering;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.WeightedNetwork;
import dev.espalier.workers.quantize.Precision;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.stage.State;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network in the state that a stage reached, with what several measurements need of it: that is
 * worked out once, and only if one of them asks. For one thread.
 */
public final class Subject implements AutoCloseable {
  private final FloatNetwork network;
  private final Dataset data;
  private final State state;
  private final CompressedNetwork encoded;
  private final BaselineOutputs baseline;
  private final Map<Dataset.Split, Evaluation> evaluations = new EnumMap<>(Dataset.Split.class);
  private List<LayerRow> layers = List.of();
  private float[] firstOutputs = {};
  private @Nullable Predictor predictor;
  private @Nullable IntegerNetwork integers;
  private @Nullable IntegerPredictor integerPredictor;

  /**
   * @param network holds the parameters of {@code state}
   * @param encoded the parameters of {@code state} as the encoder writes them
   * @param baseline what the trial's baseline gives for the first validation images
   */
  public Subject(
      FloatNetwork network,
      Dataset data,
      State state,
      CompressedNetwork encoded,
      BaselineOutputs baseline) {
    this.network = network;
    this.baseline = baseline;
    this.data = data;
    this.state = state;
    this.encoded = encoded;
  }

  private Predictor predictor() {
    if (predictor == null) {
      IntegerNetwork integers = integers();
      if (integers == null) {
        predictor = remembering(Evaluation.floats(network));
      } else {
        integerPredictor = IntegerPredictor.of(integers);
        predictor = remembering(Evaluation.integers(integerPredictor, integers.classes()));
      }
    }
    return predictor;
  }

  /** The network in 8-bit integers; null where it computes with floats. */
  @Nullable IntegerNetwork integers() {
    if (integers == null && state.precision() instanceof Precision.Int8 int8) {
      Network table = Objects.requireNonNull(state.table());
      integers =
          Lowering.of(
              new WeightedNetwork(table, state.tensors()), int8, data.normalization().channels());
    }
    return integers;
  }

  /** The first validation images are asked about once, for whatever needs them. */
  private Predictor remembering(Predictor asked) {
    return (images, split, from, count) -> {
      Predictor.Predictions predictions = asked.of(images, split, from, count);
      if (split == Dataset.Split.VALIDATION && from == 0) {
        firstOutputs = predictions.outputs();
      }
      return predictions;
    };
  }

  public FloatNetwork network() {
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

  BaselineOutputs baseline() {
    return baseline;
  }

  /** What the network gives for the first validation images, [images, classes]. */
  float[] firstOutputs() {
    if (firstOutputs.length == 0) {
      firstOutputs = BaselineOutputs.first(predictor(), data);
    }
    return firstOutputs;
  }

  /** Every layer with a kernel, in the order of the network. */
  public List<LayerRow> layers() {
    if (layers.isEmpty()) {
      layers = LayerTable.of(state.tensors(), state.prunable(), encoded);
    }
    return layers;
  }

  /**
   * The classification of one split; unknown of a baseline of other classes.
   *
   * @throws DivergedException if the loss is not finite
   */
  public Evaluation evaluation(Dataset.Split split) throws DivergedException, InterruptedException {
    if (baseline instanceof BaselineOutputs.OfOtherClasses) {
      return Evaluation.UNKNOWN;
    }
    Evaluation known = evaluations.get(split);
    if (known != null) {
      return known;
    }
    Evaluation evaluation = Evaluation.of(predictor(), data, split);
    if (!Double.isFinite(evaluation.loss())) {
      String loss = split == Dataset.Split.TEST ? Metrics.TEST_LOSS : Metrics.VAL_LOSS;
      throw new DivergedException(loss + " is " + evaluation.loss());
    }
    evaluations.put(split, evaluation);
    return evaluation;
  }

  @Override
  public void close() {
    if (integerPredictor != null) {
      integerPredictor.close();
    }
  }
}
