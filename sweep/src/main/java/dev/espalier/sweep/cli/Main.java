package dev.espalier.sweep.cli;

import dev.espalier.sweep.config.ConfigException;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.spark.ApplicationMaster;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.storage.FileTrouble;
import dev.espalier.workers.storage.HadoopSettings;
import dev.espalier.workers.storage.StorageException;
import dev.espalier.workers.storage.TooLongException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code espalier COMMAND}. */
@Command(
    name = "espalier",
    description = "How small can a network be, at what accuracy?",
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InitCommand.class,
      PlanCommand.class,
      RunCommand.class,
      StatusCommand.class,
      WatchCommand.class,
      FrontCommand.class,
      PickCommand.class,
      MeasureCommand.class,
      ReportCommand.class,
      VerifyCommand.class,
      SensitivityCommand.class,
      TrackCommand.class,
      CleanCommand.class,
      FetchCommand.class,
      UnpackCommand.class,
      ModelsCommand.class,
      BenchCommand.class,
      DataCommand.class,
      SchemaCommand.class,
      CompletionCommand.class,
      HelpCommand.class,
    },
    footer = {
      "",
      "Exit codes: 0 success; 1 some trials failed, a difference was found, nothing fits, or not all"
          + " was sent; 2 wrong usage or config; 3 internal error; 130 interrupted."
    })
public final class Main implements Callable<Integer> {
  static final String VERSION = "espalier 0.1.0-SNAPSHOT";

  static final int DONE = 0;
  static final int TRIALS_FAILED = 1;
  static final int USAGE = 2;
  static final int INTERNAL = 3;
  static final int INTERRUPTED = 130;

  @Option(names = "--debug", description = "Show stack traces.", scope = ScopeType.INHERIT)
  private boolean debug;

  private @CommandLine.Spec CommandLine.Model.@Nullable CommandSpec spec;

  /**
   * Runs one command and ends the process with its exit code; in YARN's application master, which
   * ends the process itself, returns if that is 0.
   *
   * @throws IOException if YARN could not be told that the command has failed
   */
  public static void main(String[] args) throws IOException {
    Logs.configure();
    Locale.setDefault(Locale.ROOT); // Numbers look alike everywhere: 0.5, never 0,5.
    if (ApplicationMaster.isHere()) {
      runInYarn(args);
    } else {
      System.exit(run(System.out, System.err, args));
    }
  }

  /** After internal errors and interruptions another attempt may follow, as after lost machines. */
  private static void runInYarn(String... args) throws IOException {
    ByteArrayOutputStream problems = new ByteArrayOutputStream();
    int code = run(System.out, new PrintStream(problems, true, StandardCharsets.UTF_8), args);
    String said = problems.toString(StandardCharsets.UTF_8);
    System.err.print(said);
    if (code == DONE) {
      return;
    }
    String reason =
        "exit code %d: %s"
            .formatted(code, said.isEmpty() ? "its output says which trials failed" : said.strip());
    if (code == TRIALS_FAILED || code == USAGE) {
      ApplicationMaster.failed("espalier ended with " + reason);
    }
    throw new IllegalStateException(reason);
  }

  /** The same without ending the process; returns the exit code. */
  static int run(PrintStream outStream, PrintStream errStream, String... args) {
    PrintWriter out = new PrintWriter(outStream, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(errStream, true, StandardCharsets.UTF_8);
    int code = execute(out, err, args);
    if (out.checkError()) {
      err.println("espalier: the output could not be written completely");
      return code == DONE ? USAGE : code;
    }
    return err.checkError() && code == DONE ? USAGE : code;
  }

  /** The same for any writers, without checking whether writing succeeded. */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    HadoopSettings.among(ExecutionOptions.systemProperties()).use();
    try {
      return new CommandLine(main)
          .setOut(out)
          .setErr(err)
          .setExpandAtFiles(false) // @x is a name like any other.
          .setCaseInsensitiveEnumValuesAllowed(true)
          .registerConverter(BigDecimal.class, Main::number)
          .setParameterExceptionHandler((e, given) -> main.misused(e))
          .setExecutionExceptionHandler((e, command, parsed) -> main.report(e, err))
          .execute(args);
    } catch (Error e) { // Natives that do not fit the machine, memory that does not suffice.
      return main.report(e, err);
    }
  }

  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getErr());
    }
    return USAGE;
  }

  /** Prints only what is wrong with the arguments; the whole usage would hide it. */
  private int misused(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    if (debug) {
      e.printStackTrace(err);
    }
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + problem(e) + "; " + name + " --help lists commands and options");
    return USAGE;
  }

  private static String problem(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String hint = unmatched.getSuggestions().stream().findFirst().orElse("");
      return "there is no "
          + (unmatched.isUnknownOption() ? "option " : "command or argument ")
          + unmatched.getUnmatched().get(0)
          + (hint.isEmpty() ? "" : ", did you mean " + hint + "?");
    }
    return String.valueOf(e.getMessage());
  }

  private static BigDecimal number(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("must be a number, found " + text);
    }
  }

  /** Prints the error and returns the exit code. */
  int report(Throwable e, PrintWriter err) {
    if (debug) {
      e.printStackTrace(err);
    }
    List<String> problems = problems(e);
    if (problems.isEmpty()) {
      err.println("espalier: internal error: " + e);
      err.println(
          Logs.record(e)
              .map(file -> "The details are in " + file + "; --debug shows them.")
              .orElse("They could not be logged; --debug shows the details."));
      return INTERNAL;
    }
    problems.forEach(err::println);
    return USAGE;
  }

  /** The message of an error that the user can correct; empty for any other. */
  private static List<String> problems(Throwable thrown) {
    Throwable cause = thrown.getCause();
    Throwable e = thrown instanceof UncheckedIOException && cause != null ? cause : thrown;
    if (e instanceof ConfigException spec) {
      return spec.problems();
    } else if (e instanceof DataException data) {
      return data.messages();
    } else if (e instanceof UsageException
        || e instanceof RefusedException
        || e instanceof StorageException
        || e instanceof TooLongException) {
      return List.of(String.valueOf(e.getMessage()));
    }
    return FileTrouble.of(e).map(FileTrouble::message).stream().toList();
  }
}
