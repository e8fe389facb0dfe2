package dev.espalier.sweep.mlflow;

import org.mlflow.api.proto.Service.LogInputs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a server which data set its runs used. MLflow has data sets since 2.4; a server that has
 * none is asked once, and the data set stands in the tags alone.
 */
final class DatasetInputs {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetInputs.class);

  private final TrackedDataset dataset;
  private volatile boolean known = true;

  DatasetInputs(TrackedDataset dataset) {
    this.dataset = dataset;
  }

  void log(TrackingClient client, String run) throws TrackingFailure {
    if (!known) {
      return;
    }
    try {
      client.post(
          "the data set", "runs/log-inputs", dataset.input(run), LogInputs.Response.newBuilder());
    } catch (TrackingFailure e) {
      if (e.is(TrackingFailure.Kind.AMBIGUOUS)) {
        throw e;
      }
      known = !e.is(TrackingFailure.Kind.UNKNOWN_CALL);
      LOG.debug("the data set stands in the tags alone: {}", e.getMessage());
    }
  }
}
