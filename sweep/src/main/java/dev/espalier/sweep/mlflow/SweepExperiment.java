package dev.espalier.sweep.mlflow;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.ExperimentTag;
import org.mlflow.api.proto.Service.ViewType;

/** The experiment that a sweep is shown in, with a note on how to read it and views of charts. */
final class SweepExperiment {
  private static final String NOTE = "mlflow.note.content";

  private SweepExperiment() {}

  /**
   * The id of the experiment of the sweep's name; one that is not there is made. Tags that it has
   * stay as they are, because a person may have written into the note; only views that MLflow's
   * page cannot open are replaced.
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
    for (ExperimentTag tag : experiment.getTagsList()) {
      boolean view = ChartView.ALL.stream().anyMatch(one -> one.tag().equals(tag.getKey()));
      if (!view || !ChartView.isOutdated(tag.getValue())) {
        missing.remove(tag.getKey());
      }
    }
    for (Map.Entry<String, String> tag : missing.entrySet()) {
      set(client, experiment, tag.getKey(), tag.getValue());
    }
    return experiment.getExperimentId();
  }

  /**
   * Says what came out in the first line of the note, which is all that lists of experiments show.
   * A note that a person has changed stays.
   */
  static void conclude(TrackingClient client, TrackedSweep sweep, String result)
      throws TrackingFailure {
    for (Experiment experiment : find(client, sweep.name())) {
      String id = experiment.getExperimentId();
      String rest = rest(sweep);
      String note =
          experiment.getTagsList().stream()
              .filter(tag -> tag.getKey().equals(NOTE))
              .map(ExperimentTag::getValue)
              .findFirst()
              .orElse("");
      String wanted = firstLine(id, result) + rest;
      if (!note.equals(wanted) && note.substring(Math.max(0, note.indexOf('\n'))).equals(rest)) {
        set(client, experiment, NOTE, wanted);
      }
    }
  }

  private static void set(TrackingClient client, Experiment experiment, String key, String value)
      throws TrackingFailure {
    client.call(
        "describing the experiment " + experiment.getName(),
        c -> {
          c.setExperimentTag(experiment.getExperimentId(), key, value);
          return key;
        });
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
    Map<String, String> tags =
        new TreeMap<>(
            Map.of(
                NOTE,
                firstLine(id, "Its results appear here when the sweep has ended.") + rest(sweep),
                "mlflow.experimentKind",
                "custom_model_development",
                "mlflow.experiment.primaryMetric.name",
                sweep.primaryMetric(),
                "mlflow.experiment.primaryMetric.greaterIsBetter",
                "True"));
    for (ChartView view : ChartView.ALL) {
      tags.put(view.tag(), view.json(sweep));
    }
    return tags;
  }

  /** A sentence and the links in one line: MLflow's page of runs shows no more of a note. */
  private static String firstLine(String id, String sentence) {
    return "%s Charts: [all trials](%s), [the Pareto front](%s)"
        .formatted(sentence, ChartView.ALL.get(0).link(id), ChartView.ALL.get(1).link(id));
  }

  /** The note from the end of its first line on. */
  private static String rest(TrackedSweep sweep) {
    return """


        One parent run for the sweep, one child run for each trial.

        - The charts show `%1$s` against `%2$s`, parallel coordinates and learning curves. If a \
        link shows MLflow's standard charts, this version of MLflow has another format of views; add a \
        scatter chart of the two by hand.
        - Sort the table by a metric to see all trials as one list, without the tree.
        - `tags.pareto = 'true'` finds the trials that no other beats in accuracy and size at once, \
        `tags.knee = 'true'` the one where giving up more size starts to cost accuracy steeply, \
        `tags.tied = 'true'` those that are not significantly more accurate than a smaller one.
        - `attributes.status = 'FAILED'` finds failed trials; the tag `failure.reason` says why.
        - Accuracies and sparsities are fractions, sizes are bytes. A step is an epoch since the \
        beginning of the baseline, or a pruning or clustering. The last value of a metric is the \
        result.
        - The parent run has the report, the front as table and picture, the config and the plan; \
        the trials of the front have their model and a table of their layers.
        """
        .formatted(sweep.primaryMetric(), sweep.chartedCosts().get(0));
  }
}
