package dev.espalier.workers.measure;

import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricCatalogue;
import dev.espalier.workers.facts.Metrics;
import java.util.List;
import java.util.Map;

/**
 * The mean absolute difference of a network's outputs, which are probabilities, from its baseline's
 * on the first validation images. NaN where the baseline is gone or tells other classes apart.
 */
record OutputDeviation() implements Measurement {
  private static final long serialVersionUID = 1;

  @Override
  public List<Metric> metrics() {
    return List.of(MetricCatalogue.STANDARD.get(Metrics.OUTPUT_DEVIATION));
  }

  @Override
  public Map<String, Double> of(Subject subject) {
    BaselineOutputs baseline = subject.baseline();
    double deviation = Double.NaN;
    if (baseline instanceof BaselineOutputs.Itself
        || baseline instanceof BaselineOutputs.OfOtherClasses) {
      deviation = 0;
    } else if (baseline instanceof BaselineOutputs.Known known
        && known.outputs().length == subject.firstOutputs().length) {
      deviation = between(subject.firstOutputs(), known.outputs());
    }
    return Map.of(Metrics.OUTPUT_DEVIATION, deviation);
  }

  private static double between(float[] outputs, float[] others) {
    double sum = 0;
    for (int i = 0; i < outputs.length; i++) {
      sum += Math.abs((double) outputs[i] - others[i]);
    }
    return sum / outputs.length;
  }
}
