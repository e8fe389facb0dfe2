package dev.espalier.workers.measure;

import dev.espalier.workers.facts.DivergedException;
import dev.espalier.workers.facts.Metric;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * The way to one or more metrics of a network. It travels to executors, so it holds values only,
 * and gives equal numbers for equal networks, whatever the machine.
 */
public interface Measurement extends Serializable {

  /** The metrics that it measures; entries of the catalogue. */
  List<Metric> metrics();

  /**
   * Measures a network.
   *
   * @return a value for each of {@link #metrics} that the network has, by its name
   * @throws DivergedException if the network is none: its loss is not finite
   * @throws InterruptedException if the thread was interrupted
   */
  Map<String, Double> of(Subject subject) throws DivergedException, InterruptedException;
}
