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
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier measure}: how fast the networks of a sweep predict here. */
@Command(
    name = "measure",
    description = {
      "Times how long the prediction of one image takes, one network after another on one thread, and writes it to latency.jsonl.",
      "Run it on a machine that does nothing else. `front --minimize latency/batch1_seconds` uses it."
    },
    mixinStandardHelpOptions = true)
final class MeasureCommand implements Callable<Integer> {
  private static final String FRONT = "front";
  private static final String ALL = "all";

  @Parameters(paramLabel = "DIR", description = "The folder of a sweep, or its address.")
  private String folder = "";

  @Option(
      names = "--trials",
      paramLabel = "WHICH",
      description = "front (default), all, or the name of one trial.")
  private String which = FRONT;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "To time each network for, after half of it to warm up (default: 1).")
  private double seconds = LatencyPass.USUAL_SECONDS;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws UsageException, ConfigException, IOException {
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new UsageException("--seconds: must be in (0, 3600], found " + seconds);
    }
    RunDirectory directory = RunDirectory.existing(folder);
    try (Latencies latencies = Latencies.open(directory)) {
      SweepSnapshot sweep = SweepSnapshot.read(directory);
      List<TrialResult> trials = trials(sweep);
      boolean all = new LatencyPass(seconds, this::say).measure(sweep, trials, latencies);
      say("median and quartiles; a network of zeros is as slow as any other of its shape here");
      say("written to " + folder + ", latency.jsonl");
      return all ? Main.DONE : Main.TRIALS_FAILED;
    }
  }

  private List<TrialResult> trials(SweepSnapshot sweep) throws UsageException {
    List<TrialResult> completed = completed(sweep);
    Set<String> front =
        sweep.front().points().stream().map(Point::trial).collect(Collectors.toSet());
    List<TrialResult> chosen =
        completed.stream()
            .filter(
                trial ->
                    which.equals(ALL)
                        || (which.equals(FRONT)
                            ? front.contains(trial.trial())
                            : which.equals(trial.name())))
            .toList();
    if (chosen.isEmpty()) {
      throw new UsageException(
          "--trials: must be front, all or the name of a completed trial, found %s, of which there is none"
              .formatted(which));
    }
    return chosen;
  }

  private static List<TrialResult> completed(SweepSnapshot sweep) {
    return sweep.trials().stream().filter(TrialResult::completed).toList();
  }

  private void say(String line) {
    PrintWriter out = command.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
