package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.results.Fetching;
import dev.espalier.sweep.results.SweepSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier fetch}: copies a sweep from an address to an ordinary folder. */
@Command(
    name = "fetch",
    description =
        "Copies a sweep from its address to a folder, without the checkpoints; run it again to copy what is new.",
    mixinStandardHelpOptions = true)
final class FetchCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "ADDRESS",
      description = "The --out of a run, such as hdfs://host:port/folder.")
  private String address = "";

  @Parameters(index = "1", paramLabel = "DIR", description = "The folder to create.")
  private Path folder = Path.of("");

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    RunDirectory home = new RunDirectory(folder);
    Fetching.fetch(RunDirectory.existing(address), home);
    SweepSnapshot finished = SweepSnapshot.read(home);
    command
        .commandLine()
        .getOut()
        .printf(
            "%d of %d trials of %s are in %s; checkpoints stay in %s%n",
            finished.trials().size(),
            finished.plan().trials().size(),
            finished.spec().name(),
            folder,
            home.storage().address());
    return Main.DONE;
  }
}
