package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.report.ReportServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier watch}: serves the report of a running sweep to a browser. */
@Command(
    name = "watch",
    description =
        "Serves the report of a sweep to browsers on this machine while another process runs the sweep.",
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder of a sweep, or its address.")
  private String folder = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Port on 127.0.0.1, in [0, 65535] (default: a free one).")
  private int port;

  @Option(names = "--open", description = "Open the page in the browser.")
  private boolean open;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException, UsageException {
    if (port < 0 || port > 65_535) {
      throw new UsageException("--port: must be in [0, 65535], found " + port);
    }
    RunDirectory directory = RunDirectory.existing(folder);
    PrintWriter out = command.commandLine().getOut();
    try (ReportServer server = started(directory)) {
      out.println("The report of " + folder + ", while this command runs (Ctrl-C stops it):");
      out.println("  " + server.address());
      out.flush();
      if (open) {
        SystemBrowser.open(server.address());
      }
      new CountDownLatch(1).await();
    }
    return Main.DONE;
  }

  private ReportServer started(RunDirectory directory) throws IOException, UsageException {
    try {
      return ReportServer.start(directory, port, Main.VERSION);
    } catch (BindException e) {
      throw new UsageException("--port: must be free, found " + port + ", which is taken");
    }
  }
}
