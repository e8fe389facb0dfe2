package dev.espalier.sweep.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code espalier completion}: the completion script for shells. */
@Command(
    name = "completion",
    description =
        "Prints the completion of commands, options and files for bash and zsh: source <(./espalier completion).",
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    CommandSpec espalier = Objects.requireNonNull(command.parent());
    command
        .commandLine()
        .getOut()
        .print(AutoComplete.bash(espalier.name(), espalier.commandLine()));
    return Main.DONE;
  }
}
