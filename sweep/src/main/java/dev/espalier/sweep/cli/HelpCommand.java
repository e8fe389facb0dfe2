package dev.espalier.sweep.cli;

import dev.espalier.sweep.reference.ConfigReference;
import dev.espalier.sweep.spec.Methods;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier help}: the usage of a command, or the reference of a config key. */
@Command(
    name = "help",
    description =
        "Explains a command or a config key: espalier help run, espalier help prune.sparsity.",
    mixinStandardHelpOptions = true)
final class HelpCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "COMMAND|KEY",
      completionCandidates = Keys.class,
      description =
          "A command, or a key by its path (prune.sparsity) or its name (sparsity); config lists the top-level keys.")
  private @Nullable String word;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws UsageException {
    CommandLine espalier = Objects.requireNonNull(command.parent()).commandLine();
    PrintWriter out = command.commandLine().getOut();
    if (word == null) {
      espalier.usage(out);
      return Main.DONE;
    }
    Map<String, CommandLine> commands = espalier.getSubcommands();
    CommandLine named = commands.get(word);
    ConfigReference reference = ConfigReference.of(Methods.STANDARD);
    List<String> lines = reference.lines(word);
    if (named == null && lines.isEmpty()) {
      throw new UsageException(
          "espalier help: must be followed by a command or a key of configs, found %s%s; espalier help lists commands, espalier help config keys"
              .formatted(word, reference.hint(word, commands.keySet())));
    }
    if (named != null) {
      named.usage(out);
    }
    if (named != null && !lines.isEmpty()) {
      out.printf("%n%s is also a config key:%n%n", word);
    }
    lines.forEach(out::println);
    return Main.DONE;
  }

  /** The keys, for the completion of shells. */
  static final class Keys implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ConfigReference.of(Methods.STANDARD).paths().iterator();
    }
  }
}
