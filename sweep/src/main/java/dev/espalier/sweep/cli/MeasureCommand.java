package dev.espalier.sweep.cli;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.preparation.LatencyPass;
import dev.espalier.sweep.results.Latencies;
import dev.espalier.sweep.results.SweepSnapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier measure}: the latency of a sweep's networks on this machine. */
@Command(
    name = "measure",
    description = {
      "Measures the time to predict one image, one network after another on one thread, and writes it to latency.jsonl.",
      "Run it on an idle machine. `front --minimize latency/batch1_seconds` uses the result."
    },
    mixinStandardHelpOptions = true)
final class MeasureCommand implements Callable<Integer> {
  private static final String FRONT = "front";
  private static final String ALL = "all";

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
      paramLabel = "WHICH",
      description = "front (default), all, or the number or name of one trial.")
  private @Nullable String which;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Seconds to time each network, after half of that as warm-up (default: 1).")
  private double seconds = LatencyPass.USUAL_SECONDS;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws UsageException, ConfigException, IOException {
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new UsageException("--seconds: must be in (0, 3600], found " + seconds);
    }
    if (which != null && !named.isEmpty()) {
      throw new UsageException("either TRIAL or --trials must be given, found both");
    }
    RunDirectory directory = RunDirectory.existing(folder);
    try (Latencies latencies = Latencies.open(directory)) {
      SweepSnapshot sweep = SweepSnapshot.read(directory);
      List<TrialResult> trials = trials(sweep);
      boolean all = new LatencyPass(seconds, this::say).measure(sweep, trials, latencies);
      say("median and quartiles; zeros do not make a network faster here");
      say("written to " + folder + ", latency.jsonl");
      return all ? Main.DONE : Main.TRIALS_FAILED;
    }
  }

  private List<TrialResult> trials(SweepSnapshot sweep) throws UsageException {
    if (!named.isEmpty()) {
      return TrialArgument.completed(sweep, "TRIAL: must be the name", named);
    } else if (which != null && !which.equals(FRONT) && !which.equals(ALL)) {
      return List.of(
          TrialArgument.completed(sweep, "--trials: must be front, all or the name", which));
    }
    Set<String> front =
        sweep.front().points().stream().map(Point::trial).collect(Collectors.toSet());
    List<TrialResult> chosen =
        sweep.trials().stream()
            .filter(TrialResult::completed)
            .filter(trial -> ALL.equals(which) || front.contains(trial.trial()))
            .toList();
    if (chosen.isEmpty()) {
      throw new UsageException("%s: must hold a completed trial, found none".formatted(folder));
    }
    return chosen;
  }

  private void say(String line) {
    PrintWriter out = command.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
