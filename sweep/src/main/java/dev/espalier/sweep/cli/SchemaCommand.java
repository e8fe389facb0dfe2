package dev.espalier.sweep.cli;

import dev.espalier.sweep.reference.ConfigSchema;
import dev.espalier.sweep.spec.Methods;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code espalier schema}: the JSON schema of configs. */
@Command(
    name = "schema",
    description = "Prints the JSON schema of configs, for editors; see docs/editors.md.",
    mixinStandardHelpOptions = true)
final class SchemaCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    command.commandLine().getOut().print(ConfigSchema.text(Methods.STANDARD));
    return Main.DONE;
  }
}
