package dev.espalier.sweep.report;

import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.MetricUnit;
import dev.espalier.workers.measure.Measurement;
import dev.espalier.workers.measure.Subject;
import dev.espalier.workers.model.Tensor;
import java.util.List;
import java.util.Map;

/** A metric that no program needs, to show what one takes: the entry and its measurement. */
record ToyNorm() implements Measurement {
  private static final long serialVersionUID = 1;

  static final Metric NORM =
      Metric.of(
              "toy/norm",
              "norm of the weights",
              MetricUnit.NUMBER,
              Metric.Better.LESS,
              "the square root of the sum of the squares of all kernels")
          .byRatio()
          .headed("norm")
          .shownAs(Metric.Prominence.COLUMN);

  @Override
  public List<Metric> metrics() {
    return List.of(NORM);
  }

  @Override
  public Map<String, Double> of(Subject subject) {
    return Map.of(NORM.name(), norm(subject.state().tensors()));
  }

  static double norm(List<Tensor> tensors) {
    double sum = 0;
    for (Tensor tensor : tensors) {
      for (float value : tensor.kind().isKernel() ? tensor.values() : new float[0]) {
        sum += (double) value * value;
      }
    }
    return Math.sqrt(sum);
  }
}
