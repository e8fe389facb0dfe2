package dev.espalier.sweep.cli;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.mlflow.SweepUpload;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.pareto.Selection;
import dev.espalier.sweep.pareto.SelectionRule;
import dev.espalier.sweep.pareto.SelectionText;
import dev.espalier.sweep.pareto.TextLine;
import dev.espalier.sweep.preparation.FinishedNetworks;
import dev.espalier.sweep.preparation.Planner;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.terminal.Terminal;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Dataset;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.export.ExportedFile;
import dev.espalier.workers.export.ModelExport;
import dev.espalier.workers.export.Origin;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier pick}: one trial of a sweep, why it was chosen, and its model. */
@Command(
    name = "pick",
    description =
        "Picks one trial by validation accuracy and compressed size, says why, and exports its model.",
    mixinStandardHelpOptions = true)
final class PickCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "The folder of a sweep, or its address.")
  private String folder = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TRIAL",
      description = "This trial, by its number in the table of the front or by its name.")
  private @Nullable String trial;

  @ArgGroup private Wanted wanted = new Wanted();

  /** At most one of them. */
  private static final class Wanted {
    @Option(
        names = "--within",
        paramLabel = "LOSS",
        description =
            "The smallest that loses at most this accuracy, such as 0.01, compared with the dense network"
                + " that it was made from.")
    private @Nullable BigDecimal within;

    @Option(
        names = "--max-bytes",
        paramLabel = "N",
        description = "The most accurate with a compressed size of at most N bytes.")
    private @Nullable Long maxBytes;

    @Option(
        names = "--min-accuracy",
        paramLabel = "A",
        description = "The smallest with at least this accuracy, a fraction.")
    private @Nullable BigDecimal minAccuracy;

    @Option(
        names = "--knee",
        description = "The knee of the front: below it, size starts to cost accuracy steeply.")
    private boolean knee;
  }

  @Option(
      names = "--export",
      paramLabel = "DIR",
      description =
          "Write the model to a new folder: model.zip (Deeplearning4j), model.esp (compressed), model.onnx, model-int8.onnx (for an int8 trial), model.tflite, labels.txt and model-card.md.")
  private @Nullable Path export;

  @ArgGroup(exclusive = false)
  private @Nullable RegisterOptions registering;

  @Option(names = "--explain", description = "Explain all columns.")
  private boolean explain;

  @Mixin private DataFolder data = new DataFolder();

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws UsageException, ConfigException, DataException, IOException {
    SelectionRule rule = rule();
    data.check();
    requireRoom();
    RunDirectory directory = RunDirectory.existing(folder);
    if (registering != null) {
      registering.check(directory, System.getenv());
    }
    SweepSnapshot sweep = SweepSnapshot.read(directory);
    Selection selection = selection(rule, sweep);
    List<TextLine> lines =
        SelectionText.of(selection, sweep.plan().numbers(), Terminal.tableColumns());
    List<String> words = new ArrayList<>(lines.stream().map(TextLine::text).toList());
    Terminal.print(command.commandLine().getOut(), lines, explain);
    sweep
        .missing()
        .ifPresent(
            missing -> {
              words.add(missing);
              say(missing);
            });
    Point picked = selection.picked();
    if (picked == null) {
      return Main.TRIALS_FAILED;
    }
    if (!explain) {
      say("--explain describes the columns");
    }
    if (export != null) {
      Point trial = Selection.mostAccurate(picked);
      if (!trial.equals(picked)) {
        say("exporting %s, the seed with the best validation accuracy".formatted(trial.name()));
      }
      export(export, sweep, trial, words);
    }
    return registering == null ? Main.DONE : register(registering, sweep, picked, words);
  }

  private Selection selection(SelectionRule rule, SweepSnapshot sweep) throws UsageException {
    return trial == null
        ? Selection.of(rule, sweep.pointsWithBaselines())
        : sweep.asked(TrialArgument.completed(sweep, "TRIAL: must be the name", trial));
  }

  private int register(RegisterOptions to, SweepSnapshot sweep, Point picked, List<String> words)
      throws UsageException, ConfigException, IOException {
    try {
      say(to.register(sweep, picked, words));
      return Main.DONE;
    } catch (SweepUpload.UnsentException e) {
      command.commandLine().getErr().println(e.getMessage());
      return Main.TRIALS_FAILED;
    }
  }

  private SelectionRule rule() throws UsageException {
    SelectionRule rule = wantedRule();
    if ((rule == null) == (trial == null)) {
      throw new UsageException(
          "one of TRIAL, --within, --max-bytes, --min-accuracy and --knee must be given, found "
              + (rule == null ? "none" : "two"));
    }
    return rule == null ? new SelectionRule.Asked() : rule;
  }

  private @Nullable SelectionRule wantedRule() throws UsageException {
    String option = "";
    try {
      if (wanted.within != null) {
        option = "--within";
        return new SelectionRule.Within(wanted.within.doubleValue());
      } else if (wanted.maxBytes != null) {
        option = "--max-bytes";
        return new SelectionRule.MaxBytes(wanted.maxBytes);
      } else if (wanted.minAccuracy != null) {
        option = "--min-accuracy";
        return new SelectionRule.MinAccuracy(wanted.minAccuracy.doubleValue());
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
    return wanted.knee ? new SelectionRule.AtKnee() : null;
  }

  private void requireRoom() throws UsageException, IOException {
    if (export != null) {
      try {
        ModelExport.requireRoom(export);
      } catch (IllegalArgumentException e) {
        throw new UsageException("--export: " + e.getMessage());
      }
      Path parent = Objects.requireNonNull(export.toAbsolutePath().normalize().getParent());
      Storages.of(parent).check();
    }
  }

  private void export(Path target, SweepSnapshot sweep, Point picked, List<String> why)
      throws ConfigException, DataException, IOException {
    StageId trial = new StageId(picked.trial());
    FinishedNetworks networks = FinishedNetworks.of(sweep);
    StageResult.Done committed = networks.committed(trial, picked.name());
    Dataset images = Planner.dataset(sweep, data.address()).normalizedBy(sweep.plan().input());
    Origin origin =
        new Origin(
            sweep.spec().name(),
            picked.name(),
            path(sweep, trial),
            committed,
            why,
            SpecFile.write(sweep.spec()));
    try (TrainableNetwork network = networks.open(committed)) {
      ModelExport written =
          ModelExport.write(target, network, networks.compressed(committed), images, origin);
      say("");
      say("exported to " + target);
      for (ExportedFile file : written.files()) {
        say("  %-40s %10d bytes  %s".formatted(file.name(), file.bytes(), file.what()));
      }
      say("  %-57s  %s".formatted("model-card.md", "what it is, how it was measured and made"));
      if (written.absent().zip() != null) {
        say("  no model.zip: " + written.absent().zip());
      }
      if (written.absent().onnx() != null) {
        say("  neither model.onnx nor model.tflite: " + written.absent().onnx());
      }
      if (written.absent().tflite() != null) {
        say("  no model.tflite: " + written.absent().tflite());
      }
    }
  }

  /** The stages of the network by the labels of the plan; the last one is {@code trial}. */
  private static List<String> path(SweepSnapshot sweep, StageId trial) {
    Map<String, String> labels = new HashMap<>();
    for (PlanFile.StageEntry stage : sweep.plan().stages()) {
      labels.put(stage.id(), "%s (stage `%s`)".formatted(stage.label(), stage.id()));
    }
    List<StageId> path =
        sweep.trials().stream()
            .filter(result -> result.trial().equals(trial.hex()))
            .map(TrialResult::path)
            .findFirst()
            .orElse(List.of(trial));
    return path.stream().map(id -> labels.getOrDefault(id.hex(), id.hex())).toList();
  }

  private void say(String line) {
    PrintWriter out = command.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
