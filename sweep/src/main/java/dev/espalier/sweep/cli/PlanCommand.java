package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.StoredStages;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.PlanSummary;
import dev.espalier.sweep.preparation.ShortTiming;
import dev.espalier.sweep.run.Footprint;
import dev.espalier.sweep.spec.ConfigFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.terminal.Formats;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier plan}: shows what a sweep would do. */
@Command(
    name = "plan",
    description = "Shows what a sweep would run and how long it would take; trains nothing.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @Mixin private SweepConfig config = new SweepConfig();
  @Mixin private ExecutionOptions execution = new ExecutionOptions();

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      converter = RunOptions.DurationConverter.class,
      description =
          "Propose the part of the sweep that fits into this time, such as 2h: ends and middle of"
              + " each axis first.")
  private @Nullable Duration budget;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = command.commandLine().getOut();
    execution.check();
    execution.hadoop().use();
    ConfigFile file = config.read();
    SweepSpec spec = file.spec();
    config.check();
    Plan plan = config.plan(file);
    PlanSummary.lines(plan).forEach(out::println);
    out.printf(
        "disk: at most %s for checkpoints%n",
        Formats.bytes((double) Footprint.atMost(plan.stages())));
    RunDirectory directory = execution.out(spec);
    directory.files().checkAnswers();
    Map<StageId, StageResult> results = Journal.read(directory, PlanFile.of(plan)).stages();
    Map<StageId, StageResult> stored = stored(plan, directory, results);
    if (!stored.isEmpty()) {
      out.printf("store: %d stages are already there and do not run%n", stored.size());
    }
    stored.putAll(results);
    int slots = execution.slots(Footprint.resident(plan));
    PlannedTime time =
        new PlannedTime(
            stored, slots, new ShortTiming(plan, slots, command.commandLine().getErr()::println));
    out.println(time.line(plan));
    if (budget != null) {
      time.proposal(spec, plan, budget).forEach(out::println);
    }
    return Main.DONE;
  }

  /** The stages that other sweeps left in the store and that are not in the journal. */
  private Map<StageId, StageResult> stored(
      Plan plan, RunDirectory directory, Map<StageId, StageResult> journal)
      throws IOException, UsageException {
    Storage asked = execution.store();
    Storage storage = asked == null ? directory.storage() : asked;
    storage.checkAnswers();
    List<StageId> unknown =
        plan.stages().stream()
            .map(PlannedStage::id)
            .filter(id -> !journal.containsKey(id))
            .toList();
    CheckpointStore store = new CheckpointStore(storage.folder("stages"));
    return new HashMap<>(StoredStages.of(store).find(unknown));
  }
}
