package dev.espalier.sweep.mlflow;

import java.util.List;
import java.util.Map;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.ExperimentTag;
import org.mlflow.api.proto.Service.ViewType;

/** The experiment that a sweep is shown in, with a note on how to read it. */
final class SweepExperiment {
  private SweepExperiment() {}

  /** The id of the experiment of the sweep's name; one that is not there is made. */
  static String id(TrackingClient client, TrackedSweep sweep) throws TrackingFailure {
    if (sweep.name().indexOf('\'') >= 0) {
      throw new TrackingFailure("the name of a sweep must not have quotes: " + sweep.name(), false);
    }
    // Not getExperimentByName: of a missing name it asks three times.
    List<Experiment> found =
        client
            .call(
                "looking for the experiment " + sweep.name(),
                c ->
                    c.searchExperiments(
                        "name = '" + sweep.name() + "'", ViewType.ALL, 1, List.of()))
            .getItems();
    if (found.isEmpty()) {
      CreateExperiment.Builder request = CreateExperiment.newBuilder().setName(sweep.name());
      tags(sweep)
          .forEach(
              (key, value) ->
                  request.addTags(ExperimentTag.newBuilder().setKey(key).setValue(value)));
      return client.callOnce(
          "creating the experiment " + sweep.name(), c -> c.createExperiment(request.build()));
    }
    Experiment experiment = found.get(0);
    if (!experiment.getLifecycleStage().equals("active")) {
      throw new TrackingFailure(
          "the experiment " + sweep.name() + " is deleted on the server: restore it there", false);
    }
    return experiment.getExperimentId();
  }

  private static Map<String, String> tags(TrackedSweep sweep) {
    String note =
        """
        # %s
        One parent run for the sweep, one child run for each trial. Sort by a metric to see all \
        trials as one list; filter by `tags.pareto = 'true'` for the Pareto front and by \
        `tags.knee = 'true'` for its knee. In the chart view, a scatter of `%s` against \
        `size/compressed_bytes` shows the front. Accuracies are fractions; steps are epochs; \
        a trial's last value of a metric is its result.
        """
            .formatted(sweep.name(), sweep.primaryMetric());
    return Map.of(
        "mlflow.note.content",
        note,
        "mlflow.experimentKind",
        "custom_model_development",
        "mlflow.experiment.primaryMetric.name",
        sweep.primaryMetric(),
        "mlflow.experiment.primaryMetric.greaterIsBetter",
        "True");
  }
}
