package dev.espalier.sweep.cli;

import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.facts.Architecture;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier models}: networks with parameters and MACs. */
@Command(
    name = "models",
    description = "Lists the networks with their parameters and MACs.",
    mixinStandardHelpOptions = true)
final class ModelsCommand implements Callable<Integer> {
  @Option(
      names = "--width",
      paramLabel = "W",
      split = ",",
      defaultValue = "0.125,0.25,0.35,0.5,1",
      description = "Width multipliers (default: ${DEFAULT-VALUE}).")
  private List<BigDecimal> widths = List.of();

  @Option(
      names = "--layers",
      paramLabel = "LAYERS",
      description =
          "The network of these layers instead, separated by commas: 'conv 16 3, max-pool 2, dense 64'.")
  private @Nullable String layers;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "32",
      description = "Pixels a side of the images (default: ${DEFAULT-VALUE}).")
  private int size = 32;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    List<String> rows =
        architectures().stream()
            .flatMap(architecture -> widths.stream().map(width -> row(architecture, width)))
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-12s %6s %12s %14s%n", "model", "width", "parameters", "MACs");
    rows.forEach(out::println);
    out.printf(
        "For images of %d x %d x 3 and 10 classes; MACs are multiply-accumulates of convolution and dense layers for one image.%n",
        size, size);
    out.println("engine: " + Engine.describe());
    return Main.DONE;
  }

  private List<Architecture> architectures() {
    if (layers == null) {
      return Networks.architectures().stream().<Architecture>map(Architecture.Known::new).toList();
    }
    String[] lines = layers.isBlank() ? new String[0] : layers.split(",", -1);
    return List.of(new Architecture.Listed("layers", List.of(lines)));
  }

  private String row(Architecture architecture, BigDecimal width) {
    DataFacts data = new DataFacts("any", "", size, size, 3, 10, 0, 0, 0);
    try {
      Network network = Networks.of(new Model(architecture, width), data);
      return "%-12s %6s %,12d %,14d"
          .formatted(
              architecture.name(), width.toPlainString(), network.parameters(), network.macs());
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
