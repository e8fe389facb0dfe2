package dev.espalier.sweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.ParameterAxis;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The data of the page, as compact JSON: names stand once, numbers in arrays in the order of the
 * names, and what trials share (stages, curves, columns of layer tables) stands once too.
 * docs/report.md describes it.
 */
final class ReportData {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ReportData() {}

  static ObjectNode of(
      SweepSnapshot finished, Confidence confidence, String program, String chartsVersion)
      throws IOException {
    ObjectNode data = JSON.objectNode();
    data.put("sweep", finished.spec().name());
    data.put("planned", finished.plan().trials().size());
    data.set("objectives", objectives(confidence.front()));
    data.set("data", dataset(finished.plan().data()));
    data.set("versions", versions(program, chartsVersion));
    data.set("environments", environments(finished.stages().values()));
    data.put("spec", SpecFile.write(finished.spec()));
    Set<String> parameters = new LinkedHashSet<>();
    Set<String> metrics = new TreeSet<>();
    for (TrialResult trial : finished.trials()) {
      parameters.addAll(trial.parameters().keySet());
      metrics.addAll(trial.metrics().values().keySet());
    }
    parameters.forEach(data.putArray("parameters")::add);
    data.set("axes", axes(finished.spec(), parameters));
    metrics.forEach(data.putArray("metrics")::add);
    data.set("descriptions", MetricRows.of(finished, metrics));
    LayerColumns layers = new LayerColumns();
    StageRows stages = new StageRows(finished);
    TrialSteps steps = new TrialSteps(finished.plan());
    ArrayNode trials = JSON.arrayNode();
    new TrialRows(
            finished,
            confidence,
            List.copyOf(parameters),
            List.copyOf(metrics),
            stages,
            layers,
            steps)
        .writeTo(trials);
    data.set("stages", stages.json());
    layers.writeTo(data);
    steps.writeTo(data);
    data.set("trials", trials);
    return data;
  }

  private static ObjectNode versions(String program, String chartsVersion) {
    return JSON.objectNode()
        .put("program", program)
        .put("charts", chartsVersion)
        .put("recipe", StageId.RECIPE_VERSION)
        .put("measure", StageResult.MEASURE_VERSION);
  }

  /** The parameters of steps and baselines that trials have, in their order, with labels. */
  private static ArrayNode axes(SweepSpec spec, Set<String> parameters) {
    ArrayNode axes = JSON.arrayNode();
    for (ParameterAxis axis : ParameterAxis.of(spec)) {
      if (!axis.label().isEmpty() && parameters.contains(axis.parameter())) {
        axes.addObject().put("parameter", axis.parameter()).put("label", axis.label());
      }
    }
    return axes;
  }

  private static ArrayNode objectives(Front front) {
    ArrayNode objectives = JSON.arrayNode();
    front
        .objectives()
        .forEach(
            objective ->
                objectives
                    .addObject()
                    .put("metric", objective.name())
                    .put("maximize", objective.maximize()));
    return objectives;
  }

  private static ObjectNode dataset(DataFacts data) {
    return JSON.objectNode()
        .put("name", data.name())
        .put("digest", data.digest())
        .put("height", data.height())
        .put("width", data.width())
        .put("channels", data.channels())
        .put("classes", data.classes())
        .put("train", data.train())
        .put("validation", data.validation())
        .put("test", data.test());
  }

  /** The environments in which stages ran, and how many in each. */
  private static ArrayNode environments(Collection<StageResult> stages) {
    Map<Environment, Integer> counts = new LinkedHashMap<>();
    for (StageResult stage : stages) {
      if (stage instanceof StageResult.Done done) {
        counts.merge(done.environment(), 1, Integer::sum);
      }
    }
    ArrayNode environments = JSON.arrayNode();
    counts.forEach(
        (environment, count) ->
            environments
                .addObject()
                .put("engine", environment.engine())
                .put("instruction_set", environment.instructionSet())
                .put("natives", environment.natives())
                .put("jdk", environment.jdk())
                .put("stages", count));
    return environments;
  }
}
