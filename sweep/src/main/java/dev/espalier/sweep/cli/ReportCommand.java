package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.report.Report;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.terminal.Formats;
import dev.espalier.workers.storage.Durable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier report}: writes the sweep as one HTML page. */
@Command(
    name = "report",
    description = "Writes a report of the sweep: one HTML page that needs no network.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder of a sweep, or its address.")
  private String folder = "";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where to write it (default: report.html in DIR).")
  private @Nullable Path file;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws IOException, UsageException {
    SweepSnapshot finished = SweepSnapshot.read(RunDirectory.existing(folder));
    String page = Report.of(finished, finished.confidence(), Main.VERSION);
    String place = write(finished.directory(), page);
    PrintWriter out = command.commandLine().getOut();
    out.printf(
        "%d of %d trials are in %s, %s; open it in a browser%n",
        finished.trials().size(),
        finished.plan().trials().size(),
        place,
        Formats.bytes(page.getBytes(StandardCharsets.UTF_8).length));
    return Main.DONE;
  }

  /** The file that was written. */
  private String write(RunDirectory directory, String page) throws UsageException {
    if (file == null) {
      try {
        directory.replace(Report.NAME, page);
      } catch (IOException e) {
        throw new UsageException(e.getMessage() + "; or use another --out");
      }
      return directory.place(Report.NAME);
    }
    Path parent = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || parent == null || !Files.isDirectory(parent)) {
      throw new UsageException("--out: must be a file in an existing folder, found " + file);
    }
    try {
      Durable.replace(file, page.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UsageException("--out: " + e.getMessage());
    }
    return file.toString();
  }
}
