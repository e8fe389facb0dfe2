package dev.espalier.sweep.cli;

import dev.espalier.sweep.mlflow.MlflowLog;
import dev.espalier.sweep.mlflow.SweepTracking;
import dev.espalier.sweep.run.Finished;
import dev.espalier.sweep.run.Identity;
import dev.espalier.sweep.run.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier track}: sends the journal to an MLflow server. */
@Command(
    name = "track",
    description = "Sends a sweep to an MLflow server; twice is the same as once.",
    mixinStandardHelpOptions = true)
final class TrackCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder of a sweep, or its address.")
  private String folder = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "URI",
      description = "http://... or https://..., or the word embedded for mlflow.db in DIR.")
  private String uri = "";

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws IOException, UsageException {
    if (!uri.equals("embedded")) {
      Tracking.check("--to", uri);
    }
    RunDirectory directory = RunDirectory.existing(folder);
    if (uri.equals("embedded") && directory.shared()) {
      throw new UsageException(
          "--to: must be a server for a sweep at an address, found embedded, whose runs lie in a folder of this machine; fetch the sweep first: espalier fetch %s DIR"
              .formatted(folder));
    }
    Finished finished = Finished.read(directory);
    PrintWriter out = command.commandLine().getOut();
    try (MlflowLog log = Tracking.open(directory, uri.equals("embedded") ? null : uri)) {
      SweepTracking tracking =
          new SweepTracking(log, Identity.of(finished.directory()), finished.spec());
      tracking.all(finished);
      log.drain();
      if (log.unsent() > 0) {
        command
            .commandLine()
            .getErr()
            .printf("%d records were not sent: %s%n", log.unsent(), log.problems().get(0));
        return Main.TRIALS_FAILED;
      }
      String place =
          uri.equals("embedded") ? directory.root().resolve("mlflow.db").toString() : uri;
      out.printf("%d trials of %s are at %s%n", finished.trials().size(), folder, place);
      return Main.DONE;
    }
  }
}
