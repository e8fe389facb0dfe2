package dev.espalier.sweep.cli;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.plan.BudgetProposal;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.preparation.ConfigDraft;
import dev.espalier.sweep.preparation.FolderLook;
import dev.espalier.sweep.preparation.Planner;
import dev.espalier.sweep.preparation.ShortTiming;
import dev.espalier.sweep.run.Footprint;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.sweep.terminal.Formats;
import dev.espalier.workers.data.DataException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier init}: writes a first config. */
@Command(
    name = "init",
    description =
        "Writes a first config for your images, a network and a time limit: asks, or takes"
            + " options.",
    mixinStandardHelpOptions = true)
final class InitCommand implements Callable<Integer> {
  /** The largest share of the time for the baseline. */
  private static final double OF_BASELINE = 0.4;

  /** More epochs of the baseline are rarely worth it for a first sweep. */
  private static final int MOST_EPOCHS = 30;

  @Mixin private InitAnswers answers = new InitAnswers();
  @Mixin private DataFolder data = new DataFolder();
  @Mixin private Slots slots = new Slots();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The config to write (default: NAME.yaml, by data set and network); no file is"
              + " overwritten.")
  private @Nullable Path out;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    slots.check();
    data.check();
    answers.complete(command.commandLine().getOut());
    String path = answers.path();
    FolderLook look = path == null ? null : FolderLook.at(inData(path));
    ConfigDraft draft = ConfigDraft.whole(answers.dataset(), path, look, answers.network());
    Path file = out == null ? Path.of(draft.name() + ".yaml") : out;
    if (Files.exists(file)) {
      throw new UsageException(
          "--out: must be a new file, found %s; use another name".formatted(file));
    }
    write(file, fitted(file, draft, answers.budget()));
    return Main.DONE;
  }

  /** A folder of images is relative to the folder of data sets, if that is given. */
  private Path inData(String path) {
    String address = data.given();
    return address == null ? Path.of(path) : Path.of(address).resolve(path);
  }

  /** The draft with as many epochs and as large a grid as fit into the time. */
  private ConfigDraft fitted(Path file, ConfigDraft draft, Duration budget)
      throws ConfigException, DataException, IOException, UsageException {
    double seconds = budget.toMillis() / 1000.0;
    Plan plan = Planner.plan(SpecFile.file(file.toString(), draft.text()), data.address());
    int atATime = slots.here(Footprint.resident(plan));
    PrintWriter err = command.commandLine().getErr();
    ShortTiming timing = new ShortTiming(plan, atATime, err::println);
    double epoch = timing.applyAsDouble(plan.stages().get(0));
    int epochs = (int) Math.max(1, Math.min(MOST_EPOCHS, OF_BASELINE * seconds / epoch));
    ConfigDraft trained = draft.withEpochs(epochs);
    SweepSpec spec = SpecFile.file(file.toString(), trained.text()).spec();
    PlannedTime time = new PlannedTime(Map.of(), atATime, timing);
    Plan whole = plan.over(spec);
    BudgetProposal part = BudgetProposal.of(spec, whole, seconds, time::seconds);
    if (part == null) {
      double least = BudgetProposal.least(spec, whole, time::seconds).seconds();
      throw new UsageException(
          "--budget: must be at least about %s for this network and these images on this machine, found %s"
              .formatted(Formats.duration(least), Formats.duration(seconds)));
    }
    PrintWriter said = command.commandLine().getOut();
    said.printf(
        "%d trials, %d epochs of the baseline: about %s, %d stages at a time%n",
        part.plan().trials().size(), epochs, Formats.duration(part.seconds()), atATime);
    return trained.withAxes(SpecFile.writeAxes(part.spec()));
  }

  private void write(Path file, ConfigDraft draft) throws ConfigException, IOException {
    String text = draft.text();
    SpecFile.file(file.toString(), text); // nothing is written that could not be read
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    PrintWriter said = command.commandLine().getOut();
    String given = data.given() == null ? "" : " --data " + data.given();
    said.printf("Wrote %s. Next:%n  ./espalier run %s%s%n", file, file, given);
  }
}
