package dev.espalier.sweep.cli;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.preparation.BaselineLayout;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.sweep.sensitivity.Sensitivity;
import dev.espalier.sweep.sensitivity.SensitivitySvg;
import dev.espalier.sweep.sensitivity.SensitivitySweep;
import dev.espalier.sweep.spec.ConfigFile;
import dev.espalier.sweep.spec.SpecFile;
import dev.espalier.sweep.spec.SweepSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier sensitivity}: shows the cost of pruning each layer alone. */
@Command(
    name = "sensitivity",
    description =
        "Prunes one layer at a time, without fine-tuning, and shows the accuracy that is left: a separate sweep, made from a config.",
    mixinStandardHelpOptions = true)
final class SensitivityCommand implements Callable<Integer> {
  /** The config that it writes into the folder of its sweep. */
  static final String CONFIG = "sensitivity.yaml";

  /** The picture that it writes into the folder of its sweep. */
  static final String PICTURE = "sensitivity.svg";

  @Mixin private RunOptions options = new RunOptions();

  @Option(
      names = "--sparsity",
      paramLabel = "LIST",
      split = ",",
      description =
          "Sparsities of the pruned layer, such as 0.5,0.7,0.9 (default: those of the config's first prune step).")
  private List<BigDecimal> sparsities = List.of();

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    for (BigDecimal sparsity : sparsities) {
      if (sparsity.signum() <= 0 || sparsity.compareTo(BigDecimal.ONE) >= 0) {
        throw new UsageException("--sparsity: must be in (0, 1), found " + sparsity);
      }
    }
    ConfigFile file = options.read();
    SensitivitySweep sweep = SensitivitySweep.of(file, sparsities);
    SweepSpec spec = sweep.spec(BaselineLayout.of(file, options.dataAddress()));
    RunDirectory directory = options.directory(spec);
    directory.files().checkAnswers();
    directory.refuseOtherThan(spec);
    directory.checkWritable();
    directory.replace(CONFIG, SpecFile.write(spec));
    int code = options.run(SpecFile.open(directory.place(CONFIG), List.of()), false);
    show(directory);
    return code;
  }

  private void show(RunDirectory directory) throws IOException {
    SweepSnapshot sweep = SweepSnapshot.read(directory);
    Sensitivity sensitivity = Sensitivity.of(sweep);
    PrintWriter out = command.commandLine().getOut();
    out.println();
    sensitivity.lines().forEach(out::println);
    sweep.missing().ifPresent(out::println);
    directory.replace(PICTURE, SensitivitySvg.of(sensitivity, sweep.spec().name()));
    out.printf(
        "%nThe picture is %s, the config of this sweep %s%n",
        directory.place(PICTURE), directory.place(CONFIG));
  }
}
