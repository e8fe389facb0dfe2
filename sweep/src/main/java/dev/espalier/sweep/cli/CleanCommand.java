package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.Claim;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.results.Cleaning;
import dev.espalier.sweep.terminal.Formats;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier clean}: removes checkpoints that nothing needs. */
@Command(
    name = "clean",
    description =
        "Removes checkpoints that no sweep needs and files of dead processes; checkpoints needed later are made again.",
    mixinStandardHelpOptions = true)
final class CleanCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder of a sweep, or its address.")
  private String folder = "";

  @Option(names = "--dry-run", description = "Remove nothing, only list what would be removed.")
  private boolean dryRun;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = command.commandLine().getOut();
    RunDirectory directory = RunDirectory.existing(folder);
    directory.storage().check();
    Cleaning cleaning = Cleaning.clean(directory, dryRun);
    for (Cleaning.Leftover leftover : cleaning.gone()) {
      out.printf(
          "%10s  %s: %s%n",
          Formats.bytes((double) leftover.bytes()), leftover.stage(), leftover.what());
    }
    if (cleaning.claims().size() > 1) {
      for (Claim claim : cleaning.claims()) {
        out.printf(
            "needed by %s in %s: %d checkpoints%n",
            claim.sweep(), claim.folder(), claim.stages().size());
      }
    }
    out.printf(
        "%s %,d bytes from %s; %d checkpoints stay, %,d bytes%n",
        dryRun ? "would remove" : "removed",
        cleaning.goneBytes(),
        directory.storage().address(),
        cleaning.stays(),
        cleaning.staysBytes());
    return Main.DONE;
  }
}
