package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.preparation.Planner;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.Footprint;
import dev.espalier.sweep.spark.SparkExecutor;
import dev.espalier.sweep.verify.Verdict;
import dev.espalier.sweep.verify.Verification;
import dev.espalier.workers.Worker;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.facts.Environment;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier verify}: proves the results of a sweep by computing them again. */
@Command(
    name = "verify",
    description =
        "Runs some trials of a sweep again, each alone and from scratch, and compares checkpoints and metrics bit for bit.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "The folder of a sweep, or its address.")
  private String folder = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "TRIAL",
      description = "These trials, by number or name.")
  private List<String> named = new ArrayList<>();

  @Option(
      names = "--trials",
      paramLabel = "N",
      description = "How many completed trials to pick at random.")
  private @Nullable Integer count;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Seed of the random choice; the same seed picks the same trials (default: a new one each time).")
  private @Nullable Long seed;

  @Mixin private DataFolder data = new DataFolder();
  @Mixin private Slots slots = new Slots();

  @Option(
      names = "--allow-mixed",
      description = "Compare although the sweep ran with another engine or instruction set.")
  private boolean allowMixed;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    if ((count == null) == named.isEmpty()) {
      throw new UsageException(
          "either TRIAL or --trials must be given, found " + (count == null ? "neither" : "both"));
    } else if (count != null && count < 1) {
      throw new UsageException("--trials: must be at least 1, found " + count);
    }
    slots.check();
    data.check();
    SweepSnapshot sweep = SweepSnapshot.read(RunDirectory.existing(folder));
    var unused = sweep.directory().reachableStore();
    long chance = seed == null ? new SecureRandom().nextInt(1_000_000) : seed;
    List<TrialResult> chosen = TrialArgument.completed(sweep, "TRIAL: must be the name", named);
    Plan plan = Planner.again(sweep, data.address());
    int atATime = slots.here(Footprint.resident(plan));
    Verification verification =
        count == null
            ? Verification.of(sweep, plan, chosen)
            : Verification.pick(sweep, plan, count, chance);
    introduce(verification, count == null ? "" : ", picked by --seed " + chance, atATime);
    Interruption interruption = new Interruption(() -> say("Stopping ..."));
    return interruption.watch(() -> verify(verification, atATime, interruption));
  }

  /** Prints what will be compared; refuses comparisons in which bits may differ. */
  private void introduce(Verification verification, String how, int atATime) {
    Environment here = Engine.environment();
    List<Environment> there = verification.environments();
    String ranOn = there.stream().map(Environment::describe).collect(Collectors.joining(", "));
    if (!allowMixed && !there.stream().allMatch(here::isBitCompatibleWith)) {
      throw new RefusedException(
          "equal bits are guaranteed only for one engine and instruction set: the trials ran on %s, this is %s; --allow-mixed compares anyway"
              .formatted(ranOn, here.describe()));
    }
    SweepSnapshot sweep = verification.sweep();
    say(
        "Verifying %d of %d completed trials of %s%s"
            .formatted(
                verification.trials().size(),
                sweep.trials().stream().filter(trial -> trial.completed()).count(),
                sweep.directory().root(),
                how));
    say("  they ran on " + ranOn + "; this is " + here.describe());
    say("  each runs alone, from its baseline; %d at a time".formatted(atATime));
  }

  private int verify(Verification verification, int atATime, Interruption interruption)
      throws IOException {
    Path checkpoints = Files.createTempDirectory("espalier-verify");
    String images = data.address();
    try {
      boolean equal =
          verification.run(
              checkpoints,
              stages -> new Worker(stages, images),
              runner -> interruption.watched(SparkExecutor.local(atATime, runner)),
              this::tell);
      say(
          equal
              ? "All are equal. Equal bits are guaranteed for the same engine and instruction set on processors of one vendor; seconds differ."
              : "There is a difference, although equal bits are guaranteed for the same engine and instruction set.");
      return equal ? Main.DONE : Main.TRIALS_FAILED;
    } catch (InterruptedException e) {
      return Main.INTERRUPTED;
    } finally {
      remove(checkpoints);
    }
  }

  private void tell(Verdict verdict) {
    String compared =
        "%s: %d stages, %d files, %d metrics"
            .formatted(verdict.trial(), verdict.stages(), verdict.files(), verdict.metrics());
    say((verdict.equal() ? "equal    " : "DIFFERS  ") + compared);
    for (String stage : verdict.removed()) {
      say("  checkpoint removed, compared only with the journal: " + stage);
    }
    if (!verdict.equal()) {
      say("  first in " + verdict.differsIn() + ":");
    }
    for (Verdict.Difference difference : verdict.differences()) {
      say(
          "    %s: %s, now %s"
              .formatted(difference.what(), difference.recorded(), difference.again()));
    }
  }

  private void say(String line) {
    PrintWriter out = command.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
