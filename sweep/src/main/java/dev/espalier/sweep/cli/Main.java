package dev.espalier.sweep.cli;

import dev.espalier.sweep.run.RefusedException;
import dev.espalier.sweep.spec.SpecException;
import dev.espalier.workers.data.DataException;
import dev.espalier.workers.storage.StorageException;
import dev.espalier.workers.storage.TooLongException;
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
      PlanCommand.class,
      RunCommand.class,
      StatusCommand.class,
      FrontCommand.class,
      PickCommand.class,
      MeasureCommand.class,
      ReportCommand.class,
      VerifyCommand.class,
      TrackCommand.class,
      CleanCommand.class,
      FetchCommand.class,
      UnpackCommand.class,
      ModelsCommand.class,
      BenchCommand.class,
      DataCommand.class,
    },
    footer = {
      "",
      "Exit codes: 0 done; 1 some trials failed, a difference was found, nothing fits, or not all was sent; 2 usage or config; 3 internal error; 130 interrupted."
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

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Logs.configure();
    Locale.setDefault(Locale.ROOT); // Numbers look alike everywhere: 0.5, never 0,5.
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = execute(out, err, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** The same without ending the process. */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    try {
      return new CommandLine(main)
          .setOut(out)
          .setErr(err)
          .setCaseInsensitiveEnumValuesAllowed(true)
          .registerConverter(BigDecimal.class, Main::number)
          .setParameterExceptionHandler((e, given) -> main.misused(e))
          .setExecutionExceptionHandler((e, command, parsed) -> main.report(e, err))
          .execute(args);
    } catch (OutOfMemoryError | LinkageError e) { // natives that do not fit the machine
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

  /** Says what is wrong with the arguments, and no more: the whole usage would bury it. */
  private int misused(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    if (debug) {
      e.printStackTrace(err);
    }
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + problem(e) + "; " + name + " --help lists what there is");
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

  private int report(Throwable e, PrintWriter err) {
    if (debug) {
      e.printStackTrace(err);
    }
    List<String> problems = problems(e);
    if (problems.isEmpty()) {
      err.println("espalier: internal error: " + e);
      Logs.file().ifPresent(file -> err.println("The log is " + file + "; --debug shows where."));
      return INTERNAL;
    }
    problems.forEach(err::println);
    return USAGE;
  }

  /** What the user can mend; empty for anything else. */
  private static List<String> problems(Throwable thrown) {
    Throwable e = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
    if (e instanceof SpecException spec) {
      return spec.problems();
    } else if (e instanceof DataException data) {
      return data.messages();
    } else if (e instanceof UsageException
        || e instanceof RefusedException
        || e instanceof StorageException
        || e instanceof TooLongException) {
      return List.of(String.valueOf(e.getMessage()));
    }
    return List.of();
  }
}
