package dev.espalier.sweep.cli;

import dev.espalier.sweep.terminal.Bar;
import dev.espalier.sweep.terminal.Formats;
import dev.espalier.sweep.terminal.Terminal;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.data.Download;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier data}: fetches a data set. */
@Command(
    name = "data",
    description = "Downloads a data set and checks it by SHA-256.",
    mixinStandardHelpOptions = true)
final class DataCommand implements Callable<Integer> {
  private static final int BAR = 30;

  @Parameters(paramLabel = "NAME", description = "cifar10, mnist or fashion-mnist.")
  private String name = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "The folder to write; use the same folder for run --data.")
  private Path to = Path.of("");

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws DataException, InterruptedException {
    PrintWriter err = command.commandLine().getErr();
    boolean terminal = Terminal.attached();
    Path folder =
        Download.fetch(
            name,
            to,
            (done, total) -> {
              if (terminal) {
                int percent = total <= 0 ? 0 : (int) (100 * done / total);
                err.print(
                    "\r"
                        + Bar.of(percent, 0, 100, BAR)
                        + " "
                        + Formats.bytes((double) done)
                        + "   ");
                err.flush();
              }
            });
    if (terminal) {
      err.println();
    }
    command.commandLine().getOut().printf("%s is in %s; use it with --data %s%n", name, folder, to);
    return Main.DONE;
  }
}
