package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.mlflow.SweepUpload;
import dev.espalier.sweep.mlflow.TrackingUri;
import dev.espalier.sweep.results.SweepSnapshot;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier track}: sends the journal to an MLflow server. */
@Command(
    name = "track",
    description = "Sends a sweep to an MLflow server; sending it again creates no duplicates.",
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
      TrackingUri.check("--to", uri);
    }
    RunDirectory directory = RunDirectory.existing(folder);
    if (uri.equals("embedded") && directory.shared()) {
      throw new UsageException(
          "--to: must be a server for a sweep at an address, found embedded, which stores runs in a folder on this machine; fetch the sweep first: espalier fetch %s DIR"
              .formatted(folder));
    }
    SweepSnapshot finished = SweepSnapshot.read(directory);
    // Asked once and with little patience, not by each network of the front.
    var unused = directory.reachableStore();
    try {
      new SweepUpload(finished, uri.equals("embedded") ? null : uri).send();
    } catch (SweepUpload.UnsentException e) {
      command.commandLine().getErr().println(e.getMessage());
      return Main.TRIALS_FAILED;
    }
    String place = uri.equals("embedded") ? directory.root().resolve("mlflow.db").toString() : uri;
    command
        .commandLine()
        .getOut()
        .printf("%d trials of %s are at %s%n", finished.trials().size(), folder, place);
    return Main.DONE;
  }
}
