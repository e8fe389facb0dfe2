package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.pareto.FrontCsv;
import dev.espalier.sweep.pareto.FrontTable;
import dev.espalier.sweep.pareto.FrontText;
import dev.espalier.sweep.results.FrontJson;
import dev.espalier.sweep.results.Latencies;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.spec.Objectives;
import dev.espalier.sweep.terminal.Terminal;
import dev.espalier.workers.facts.MetricCatalogue;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier front}: the Pareto front of the finished trials. */
@Command(
    name = "front",
    description = "Shows the Pareto front of the finished trials.",
    mixinStandardHelpOptions = true)
final class FrontCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder of a sweep, or its address.")
  private String folder = "";

  @Option(
      names = "--maximize",
      paramLabel = "METRIC",
      description = "Objectives in place of the config's, such as val/accuracy.")
  private List<String> maximize = new ArrayList<>();

  @Option(
      names = "--minimize",
      paramLabel = "METRIC",
      description = "Objectives in place of the config's, such as macs/nonzero.")
  private List<String> minimize = new ArrayList<>();

  @ArgGroup private Format format = new Format();

  /** At most one of them. */
  private static final class Format {
    @Option(names = "--csv", description = "Print CSV.")
    private boolean csv;

    @Option(
        names = "--json",
        description = "Print JSON: the lines of results.jsonl with the values of the front.")
    private boolean json;

    @Option(names = "--markdown", description = "Print a Markdown table.")
    private boolean markdown;
  }

  @Option(
      names = "--explain",
      description = "Explain all columns and marks, and list trials close to the front.")
  private boolean explain;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws IOException, UsageException {
    SweepSnapshot sweep = SweepSnapshot.read(RunDirectory.existing(folder));
    Objectives objectives = objectives(sweep);
    SweepSnapshot finished =
        objectives.needMeasuring(sweep.metrics()) ? Latencies.join(sweep) : sweep;
    Confidence confidence = finished.confidence(finished.front(objectives));
    PrintWriter out = command.commandLine().getOut();
    if (format.csv) {
      out.print(FrontCsv.of(confidence));
    } else if (format.json) {
      FrontJson.lines(confidence, finished.trials()).forEach(out::println);
    } else if (format.markdown) {
      out.print(FrontTable.markdown(confidence));
    } else {
      Terminal.print(
          out,
          FrontText.of(confidence, finished.plan().numbers(), Terminal.tableColumns()),
          explain);
      if (!explain) {
        out.println("--explain describes the other columns and marks");
      }
      long missing = completed(sweep) - completed(finished);
      if (missing > 0) {
        out.printf("not measured: %d trials; espalier measure %s --trials all%n", missing, folder);
      }
    }
    out.flush();
    sweep.missing().ifPresent(command.commandLine().getErr()::println);
    return Main.DONE;
  }

  private static long completed(SweepSnapshot sweep) {
    return sweep.trials().stream().filter(TrialResult::completed).count();
  }

  private Objectives objectives(SweepSnapshot finished) throws UsageException {
    Set<String> seen = new HashSet<>();
    for (String metric : maximize) {
      check(metric, seen, finished.metrics());
    }
    for (String metric : minimize) {
      check(metric, seen, finished.metrics());
    }
    return maximize.isEmpty() && minimize.isEmpty()
        ? finished.spec().objectives()
        : new Objectives(maximize, minimize);
  }

  private static void check(String metric, Set<String> seen, MetricCatalogue metrics)
      throws UsageException {
    List<String> known = Objectives.names(metrics);
    if (!known.contains(metric)) {
      throw new UsageException(
          "an objective must be one of %s, found %s%s"
              .formatted(String.join(", ", known), metric, Objectives.hint(metric, metrics)));
    }
    if (!seen.add(metric)) {
      throw new UsageException(
          "each objective must be given once, found %s twice".formatted(metric));
    }
  }
}
