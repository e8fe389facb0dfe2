package dev.espalier.sweep.report;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Control;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.Trial;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Environment;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.model.Parameter;
import dev.espalier.workers.prune.Scope;
import dev.espalier.workers.stage.PlannedStage;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A sweep that nobody ran: a real plan of real networks, with results that follow from the
 * parameters by formulas whose curves have the shape of measured ones. Equal on every machine.
 */
final class GeneratedSweep {
  static final DataFacts DATA =
      new DataFacts("shapes", "5ea1".repeat(16), 32, 32, 3, 10, 45_000, 500, 1_000);

  private static final Environment HERE =
      new Environment("onednn", "avx512_core", "dnnl 2.5.2", "17");

  private GeneratedSweep() {}

  /** 1,008 trials of two networks, of 21 and 53 layers. */
  static SweepSnapshot thousand() throws ConfigException {
    return of(
        """
        name: thousand
        dataset: {name: shapes, validation: 500}
        model:
          - {architecture: resnet18, width: 0.25}
          - {architecture: mobilenetv2, width: 0.35}
        baseline: {epochs: 20, batch: 64, learning-rate: 0.05}
        fine-tune: {learning-rate: 0.005}
        grid:
          sparsity: [0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98]
          scope: [flat, layerwise]
          fine-tune-epochs: [0, 1, 2, 5, 10, 20]
          centroids: [none, 8, 16, 32]
        """,
        Map.of());
  }

  /** The spec's trials, all over; those in {@code failed} with that reason. */
  static SweepSnapshot of(String yaml, Map<String, String> failed) throws ConfigException {
    SweepSpec spec = SpecFile.parse("generated.yaml", yaml, List.of());
    Plan plan = Plan.of(spec, DATA);
    Map<StageId, StageResult> stages = new LinkedHashMap<>();
    List<TrialResult> trials = new ArrayList<>();
    for (Trial trial : plan.trials()) {
      String reason = failed.get(trial.name());
      StageResult result =
          reason == null
              ? done(plan.stage(trial.id()), trial)
              : new StageResult.Failed(trial.id(), StageResult.Cause.DIVERGED, reason, 3);
      stages.put(trial.id(), result);
      trials.add(result(trial, result, reason));
    }
    return new SweepSnapshot(
        new RunDirectory(Path.of("generated")), spec, planFile(plan), trials, stages);
  }

  /** The same, of which only trials of these names are over. */
  static SweepSnapshot only(SweepSnapshot finished, Set<String> names) {
    List<TrialResult> some =
        finished.trials().stream().filter(trial -> names.contains(trial.name())).toList();
    return new SweepSnapshot(
        finished.directory(), finished.spec(), finished.plan(), some, finished.stages());
  }

  private static PlanFile planFile(Plan plan) {
    return new PlanFile(
        DATA,
        null,
        plan.stages().stream()
            .map(
                stage -> {
                  StageId parent = stage.parent();
                  return new PlanFile.StageEntry(
                      stage.id().hex(), stage.label(), parent == null ? null : parent.hex(), null);
                })
            .toList(),
        plan.trials().stream()
            .map(
                trial ->
                    new PlanFile.TrialEntry(
                        trial.id().hex(),
                        trial.name(),
                        trial.path().stream().map(StageId::hex).toList(),
                        List.of(),
                        word(trial.control())))
            .toList());
  }

  private static @Nullable String word(@Nullable Control control) {
    return control == null ? null : control.word();
  }

  private static TrialResult result(Trial trial, StageResult result, @Nullable String reason) {
    return new TrialResult(
        trial.id().hex(),
        trial.name(),
        trial.standsFor().stream().map(Scope::word).toList(),
        List.of(),
        trial.control(),
        trial.parameters(),
        result instanceof StageResult.Done done ? done.metrics() : Metrics.NONE,
        trial.path(),
        reason,
        100 + result.seconds(),
        result.seconds());
  }

  private static StageResult.Done done(PlannedStage stage, Trial trial) {
    double sparsity = number(trial, "sparsity");
    double epochs = number(trial, "fine_tune_epochs");
    double centroids = number(trial, "centroids");
    boolean flat = "flat".equals(trial.parameters().get("scope"));
    double harm = StrictMath.pow(sparsity, flat ? 14 : 7) * (epochs == 0 ? 1 : 0.25 / epochs);
    double coarse = centroids == 0 ? 0 : 0.3 / centroids / (1 + epochs);
    boolean small = architecture(trial).equals("mobilenetv2");
    double wanted = (small ? 0.80 : 0.87) * (1 - 0.88 * harm - coarse);
    BitSet validation = right(trial.name() + "val", wanted, DATA.validation());
    BitSet test = right(trial.name() + "test", wanted - 0.005, DATA.test());
    List<LayerRow> layers = layers(trial, sparsity, flat, (int) centroids);
    Map<String, Double> metrics = new HashMap<>();
    metrics.put(Metrics.VAL_ACCURACY, (double) validation.cardinality() / DATA.validation());
    metrics.put(Metrics.TEST_ACCURACY, (double) test.cardinality() / DATA.test());
    metrics.put(Metrics.VAL_LOSS, 2.3 * (1 - wanted));
    metrics.put(
        Metrics.TEST_LOSS, trial.name().contains("s0.98") ? Double.NaN : 2.4 * (1 - wanted));
    metrics.put(Metrics.PARAMS_NONZERO, sum(layers, LayerRow::nonzero));
    metrics.put(Metrics.MACS_DENSE, sum(layers, LayerRow::macs));
    metrics.put(Metrics.MACS_NONZERO, sum(layers, LayerRow::macsNonzero));
    metrics.put(
        Metrics.SPARSITY_ACHIEVED,
        1 - sum(layers, LayerRow::nonzero) / sum(layers, LayerRow::weights));
    metrics.put(Metrics.SIZE_DENSE_BYTES, 4 * sum(layers, LayerRow::weights));
    metrics.put(Metrics.SIZE_COMPRESSED_BYTES, 900 + sum(layers, LayerRow::bytes));
    List<EpochMetrics> curve = new ArrayList<>();
    for (int epoch = 1; epoch <= stage.stage().epochs(); epoch++) {
      double reached = wanted * (1 - 0.5 / (epoch + 1)) * (1 - StrictMath.pow(sparsity, 9) / epoch);
      curve.add(
          new EpochMetrics(
              epoch,
              new Metrics(
                  Map.of(
                      Metrics.VAL_ACCURACY,
                      epochs == 0 ? reached : start(trial, epoch),
                      Metrics.TRAIN_LOSS,
                      2 / (1.0 + epoch),
                      Metrics.LEARNING_RATE,
                      0.05))));
    }
    return new StageResult.Done(
        stage.id(),
        new Metrics(metrics),
        curve,
        layers,
        Map.of("val", base64(validation, DATA.validation())),
        Map.of(),
        HERE,
        2.5);
  }

  /** Of a fine-tuning, alike in all that share their first epochs. */
  private static double start(Trial trial, int epoch) {
    return 0.8 - number(trial, "sparsity") / (2.0 + epoch);
  }

  private static List<LayerRow> layers(Trial trial, double sparsity, boolean flat, int centroids) {
    Model model =
        new Model(
            architecture(trial),
            (BigDecimal) Objects.requireNonNull(trial.parameters().get("width")));
    List<LayerRow> rows = new ArrayList<>();
    for (Parameter kernel : Networks.of(model, DATA).layout()) {
      if (kernel.positions() > 0) {
        long weights = kernel.size();
        double thick = StrictMath.pow(weights / 2000.0, 0.35);
        double share = flat ? 1 - Math.min(1, (1 - sparsity) / thick) : sparsity;
        long nonzero = sparsity == 0 ? weights : Math.round(weights * (1 - share));
        long values = centroids == 0 ? nonzero : Math.min(centroids, nonzero);
        double bits = centroids == 0 ? 32 : 32 - Integer.numberOfLeadingZeros(centroids);
        rows.add(
            new LayerRow(
                kernel.layer(),
                kernel.kind().name().toLowerCase(Locale.ROOT),
                kernel.shape(),
                true,
                weights,
                nonzero,
                values,
                weights * kernel.positions(),
                nonzero * kernel.positions(),
                sparsity == 0 ? "dense" : "bitmask",
                Math.round(nonzero * bits / 8 + (sparsity == 0 ? 0 : weights / 8.0))));
      }
    }
    return rows;
  }

  private static double sum(List<LayerRow> rows, ToLongFunction<LayerRow> of) {
    return rows.stream().mapToLong(of).sum();
  }

  /** Images from easy to hard, with some luck of the trial's own. */
  private static BitSet right(String name, double accuracy, int images) {
    BitSet right = new BitSet(images);
    for (int i = 0; i < images; i++) {
      double hardness = 0.9 * uniform("image" + i) + 0.1 * uniform(name + i);
      right.set(i, hardness < accuracy);
    }
    return right;
  }

  private static double uniform(String text) {
    long mixed = text.hashCode() * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L;
    return (mixed >>> 11) / (double) (1L << 53);
  }

  private static String base64(BitSet bits, int images) {
    byte[] bytes = Arrays.copyOf(bits.toByteArray(), (images + 7) / 8);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String architecture(Trial trial) {
    return String.valueOf(trial.parameters().get("model"));
  }

  private static double number(Trial trial, String parameter) {
    Object value = trial.parameters().get(parameter);
    return value == null ? 0 : ((Number) value).doubleValue();
  }
}
