package dev.espalier.workers;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.DivergedException;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.measure.Evaluation;
import dev.espalier.workers.measure.NetworkSize;
import dev.espalier.workers.size.CompressedNetwork;
import dev.espalier.workers.stage.State;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a state is worth, by the measure version of this program. */
record StageMetrics(NetworkSize size, Evaluation validation, Evaluation test) {

  /**
   * Evaluates {@code network}, which holds the parameters of {@code state}.
   *
   * @throws DivergedException if its loss is not finite
   */
  static StageMetrics of(
      TrainableNetwork network, Dataset data, State state, CompressedNetwork encoded)
      throws DivergedException, InterruptedException {
    return new StageMetrics(
        NetworkSize.of(state.tensors(), state.prunable(), encoded),
        finite(Evaluation.of(network, data, Dataset.Split.VALIDATION), Metrics.VAL_LOSS),
        finite(Evaluation.of(network, data, Dataset.Split.TEST), Metrics.TEST_LOSS));
  }

  private static Evaluation finite(Evaluation evaluation, String loss) throws DivergedException {
    if (!Double.isFinite(evaluation.loss())) {
      throw new DivergedException(loss + " is " + evaluation.loss());
    }
    return evaluation;
  }

  StageResult.Done done(
      StageId id,
      List<EpochMetrics> curve,
      Map<String, DataFile> files,
      Environment environment,
      double seconds) {
    return new StageResult.Done(
        id,
        metrics(),
        curve,
        size.layers(),
        Map.of("val", validation.correct(), "test", test.correct()),
        files,
        environment,
        seconds);
  }

  private Metrics metrics() {
    Map<String, Double> values = new TreeMap<>(size.metrics().values());
    values.put(Metrics.VAL_ACCURACY, validation.accuracy());
    values.put(Metrics.VAL_LOSS, validation.loss());
    values.put(Metrics.TEST_ACCURACY, test.accuracy());
    values.put(Metrics.TEST_LOSS, test.loss());
    return new Metrics(values);
  }
}
