package dev.espalier.sweep.mlflow;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.ExperimentTag;
import org.mlflow.api.proto.Service.ViewType;

/** The experiment that a sweep is shown in, with a note on how to read it and a view of charts. */
final class SweepExperiment {
  private SweepExperiment() {}

  /**
   * The id of the experiment of the sweep's name; one that is not there is made. Tags that it has
   * stay as they are: a person may have written into the note.
   */
  static String id(TrackingClient client, TrackedSweep sweep) throws TrackingFailure {
    if (sweep.name().indexOf('\'') >= 0) {
      throw new TrackingFailure(
          "the name of a sweep must not have quotes: " + sweep.name(),
          TrackingFailure.Kind.REFUSED);
    }
    List<Experiment> found = find(client, sweep.name());
    if (found.isEmpty()) {
      create(client, sweep.name());
      found = find(client, sweep.name());
    }
    if (found.isEmpty() || !found.get(0).getLifecycleStage().equals("active")) {
      throw new TrackingFailure(
          "the experiment " + sweep.name() + " is deleted on the server: restore it there",
          TrackingFailure.Kind.REFUSED);
    }
    Experiment experiment = found.get(0);
    Map<String, String> missing = tags(sweep, experiment.getExperimentId());
    experiment.getTagsList().stream().map(ExperimentTag::getKey).forEach(missing::remove);
    for (Map.Entry<String, String> tag : missing.entrySet()) {
      client.call(
          "describing the experiment " + sweep.name(),
          c -> {
            c.setExperimentTag(experiment.getExperimentId(), tag.getKey(), tag.getValue());
            return tag;
          });
    }
    return experiment.getExperimentId();
  }

  private static List<Experiment> find(TrackingClient client, String name) throws TrackingFailure {
    // Not getExperimentByName: of a missing name it asks three times.
    return client
        .call(
            "looking for the experiment " + name,
            c -> c.searchExperiments("name = '" + name + "'", ViewType.ALL, 1, List.of()))
        .getItems();
  }

  private static void create(TrackingClient client, String name) throws TrackingFailure {
    CreateExperiment request = CreateExperiment.newBuilder().setName(name).build();
    try {
      client.post(
          "creating the experiment " + name,
          "experiments/create",
          request,
          CreateExperiment.Response.newBuilder());
    } catch (TrackingFailure e) {
      // Another sender was faster, or an answer was lost and the second try found it made.
      if (!e.is(TrackingFailure.Kind.EXISTS)) {
        throw e;
      }
    }
  }

  private static Map<String, String> tags(TrackedSweep sweep, String id) {
    String note =
        """
        # %1$s

        One parent run for the sweep, one child run for each trial.

        - **[Charts of this sweep](%4$s)**: `%2$s` against `%3$s_log10`, parallel coordinates, \
        learning curves. If the link shows MLflow's standard charts, this version of MLflow reads \
        the view otherwise; add a scatter chart of the two by hand.
        - Sort the table by a metric to see all trials as one list, without the tree.
        - `tags.pareto = 'true'` are the trials that no other beats in accuracy and size at once, \
        `tags.knee = 'true'` is the one where giving up more size starts to cost accuracy steeply, \
        `tags.tied = 'true'` are no more accurate than a smaller one, beyond chance.
        - `attributes.status = 'FAILED'` failed; the tag `failure.reason` says why.
        - Accuracies and sparsities are fractions, sizes are bytes, steps are epochs since the \
        beginning of the baseline. The last value of a metric is the result.
        - The parent run has the report, the front as table and picture, the config and the plan; \
        the trials of the front have their model and a table of their layers.
        """
            .formatted(sweep.name(), sweep.primaryMetric(), sweep.costMetric(), ChartView.link(id));
    return new TreeMap<>(
        Map.of(
            "mlflow.note.content",
            note,
            ChartView.TAG,
            ChartView.json(sweep.primaryMetric(), sweep.costMetric()),
            "mlflow.experimentKind",
            "custom_model_development",
            "mlflow.experiment.primaryMetric.name",
            sweep.primaryMetric(),
            "mlflow.experiment.primaryMetric.greaterIsBetter",
            "True"));
  }
}
