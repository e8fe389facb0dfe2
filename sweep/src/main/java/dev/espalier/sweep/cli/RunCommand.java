package dev.espalier.sweep.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code espalier run}: runs or resumes a sweep. */
@Command(
    name = "run",
    description = "Runs a sweep or resumes it; finished work is not repeated.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Mixin private RunOptions options = new RunOptions();

  @Override
  public Integer call() throws Exception {
    return options.run(options.read());
  }
}
