package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.mlflow.MlflowLog;
import dev.espalier.sweep.mlflow.TrackingUri;
import dev.espalier.sweep.pareto.Advice;
import dev.espalier.sweep.pareto.AlignedColumns;
import dev.espalier.sweep.pareto.Confidence;
import dev.espalier.sweep.pareto.FrontText;
import dev.espalier.sweep.report.Report;
import dev.espalier.sweep.results.Cleaning;
import dev.espalier.sweep.results.ShellWord;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.run.Outcome;
import dev.espalier.sweep.spec.Retention;
import dev.espalier.sweep.terminal.Formats;
import dev.espalier.sweep.terminal.Paint;
import dev.espalier.sweep.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The final output of a run: its results and their place, and at the end the front, the recommended
 * trial and the next commands.
 *
 * @param measure whether missing metrics were to be added to results
 * @param trackingUri where the runs were sent; null for the server in this process
 * @param data the option of the data sets; null if it was not given
 * @param advises whether to recommend a network
 */
record RunEnd(
    PrintWriter out,
    boolean measure,
    @Nullable String trackingUri,
    @Nullable String data,
    boolean advises) {

  /** Prints the whole output. */
  void say(Outcome outcome, SweepSnapshot finished, Confidence confidence) throws IOException {
    RunDirectory directory = finished.directory();
    Paint paint = Terminal.paint();
    out.println();
    outcome
        .failed()
        .forEach(
            trial -> out.println(paint.failure("failed: " + trial.name() + ": " + trial.reason())));
    out.printf(
        "%d trials completed, %d failed, %d left; results are in %s (open report.html)%s%n",
        outcome.completed().size(),
        outcome.failed().size(),
        outcome.unfinished(),
        directory.address(),
        checkpoints(directory));
    if (measure && finished.stagesUnmeasured() > 0) {
      out.printf(
          "not measured: %d stages have no checkpoint, so their metrics stay as they are%n",
          finished.stagesUnmeasured());
    }
    boolean whole = outcome.ending() == Outcome.Ending.COMPLETE;
    if (finished.spec().checkpoints() == Retention.FRONT && whole && outcome.failed().isEmpty()) {
      Cleaning cleaning = Cleaning.keepFront(finished);
      out.printf(
          "checkpoints off the front removed: %s; they are made again if needed%n",
          Formats.bytes((double) cleaning.goneBytes()));
    }
    sayHowToTrack(directory);
    if (!confidence.points().isEmpty()) {
      out.println();
      sayFront(finished, confidence, whole && advises);
    }
    if (!whole) {
      String why = outcome.ending() == Outcome.Ending.INTERRUPTED ? "Interrupted" : "Out of time";
      out.println(why + ": the same command continues from here.");
    }
    out.flush();
  }

  /** The place of the checkpoints, if they are not with the other files. */
  static String checkpoints(RunDirectory directory) {
    return directory.hasOwnStore() ? "" : ", checkpoints in " + directory.storage().address();
  }

  private void sayHowToTrack(RunDirectory directory) {
    if (trackingUri == null) {
      out.println("To browse the runs in MLflow's UI (a Python program, pip install mlflow):");
      MlflowLog.uiCommands(directory.root()).forEach(line -> out.println("  " + line));
    } else if (trackingUri.equals(TrackingUri.LATER)) {
      out.println(
          "To send the runs to an MLflow server: espalier track "
              + ShellWord.of(directory.address())
              + " --to URI");
    }
  }

  private void sayFront(SweepSnapshot finished, Confidence confidence, boolean advise) {
    Map<String, Integer> numbers = finished.plan().numbers();
    Terminal.print(out, FrontText.of(confidence, numbers, Terminal.tableColumns()), false);
    if (advise) {
      Advice.of(finished.pointsWithBaselines())
          .ifPresent(
              advice -> {
                out.println();
                Terminal.print(out, advice.lines(numbers), false);
                sayNext(finished, advice, numbers);
              });
    }
  }

  private void sayNext(SweepSnapshot finished, Advice advice, Map<String, Integer> numbers) {
    RunDirectory directory = finished.directory();
    String folder = ShellWord.of(directory.address());
    String trial = String.valueOf(numbers.get(advice.trial().trial()));
    String images = data == null ? "" : " --data " + ShellWord.of(data);
    List<List<String>> commands =
        List.of(
            List.of(
                "  ./espalier pick %s %s --export model%s".formatted(folder, trial, images),
                "# its model, for other programs"),
            List.of(
                "  ./espalier pick %s %s".formatted(folder, advice.option()),
                "# how it was chosen, and the alternatives"),
            List.of(
                "  ./espalier front %s --explain".formatted(folder),
                "# what the columns and marks mean"),
            List.of(
                "  %s".formatted(ShellWord.of(directory.place(Report.NAME))),
                "# open it in a browser: each trial, layer by layer"));
    out.println("next:");
    AlignedColumns.lines(commands, column -> true).forEach(out::println);
  }
}
