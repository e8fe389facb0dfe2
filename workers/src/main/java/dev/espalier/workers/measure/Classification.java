package dev.espalier.workers.measure;

import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.facts.DivergedException;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import java.util.List;
import java.util.Map;

/** Accuracy and loss on one split. */
record Classification(Dataset.Split split, Metric accuracy, Metric loss) implements Measurement {
  private static final long serialVersionUID = 1;

  static Classification of(Dataset.Split split, String accuracy, String loss) {
    return new Classification(
        split, MetricCatalogue.STANDARD.get(accuracy), MetricCatalogue.STANDARD.get(loss));
  }

  @Override
  public List<Metric> metrics() {
    return List.of(accuracy, loss);
  }

  @Override
  public Map<String, Double> of(Subject subject) throws DivergedException, InterruptedException {
    Evaluation evaluation = subject.evaluation(split);
    return Map.of(accuracy.name(), evaluation.accuracy(), loss.name(), evaluation.loss());
  }
}
