package dev.espalier.sweep.cli;

import dev.espalier.sweep.cli.BenchCells.Cell;
import dev.espalier.workers.engine.Engine;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.measure.Benchmark;
import dev.espalier.workers.measure.Speed;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier bench}: the speed of training and prediction on this machine. */
@Command(
    name = "bench",
    description = {
      "Measures how many images a second networks train and predict on this machine.",
      "Images are noise of three channels in 10 classes. A training step is a whole step: forward,",
      "backward, Nesterov momentum 0.9, weight decay 0.0005. A figure is the images of a batch divided by the",
      "first quartile of the batch times, summed over the threads; of several rounds it is the",
      "median."
    },
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  @Mixin private BenchCells cells = new BenchCells();

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "32",
      description = "Pixels a side of the images (default: ${DEFAULT-VALUE}).")
  private int size = 32;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Concurrent networks, each in its own thread (default: ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "3",
      description = "Seconds to measure each network in a round (default: ${DEFAULT-VALUE}).")
  private double seconds = 3;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often to measure all networks (default: ${DEFAULT-VALUE}).")
  private int rounds = 1;

  @Option(names = "--json", description = "Print one JSON object per line instead of a table.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    require("--size", size, 8, 512);
    Map<Cell, Network> networks = networks();
    require("--threads", threads, 1, 256);
    require("--seconds", seconds, 0.01, 3600);
    require("--rounds", rounds, 1, 1000);
    PrintWriter out = command.commandLine().getOut();
    if (!json) {
      out.println("engine: " + Engine.describe());
      out.printf(
          "%-12s %6s %6s %8s %6s %10s %14s%n",
          "model", "width", "batch", "threads", "mode", "images/s", "by cpu time");
      out.flush();
    }
    Map<Cell, List<Speed>> measured = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      for (Map.Entry<Cell, Network> each : networks.entrySet()) {
        List<Speed> speeds = measured.computeIfAbsent(each.getKey(), cell -> new ArrayList<>());
        speeds.add(measure(each.getKey(), each.getValue()));
        if (round == rounds) {
          out.println(line(each.getKey(), each.getValue(), speeds));
          out.flush();
        }
      }
    }
    return Main.DONE;
  }

  private Map<Cell, Network> networks() throws UsageException {
    DataFacts noise = new DataFacts("noise", "", size, size, 3, 10, 0, 0, 0);
    Map<Cell, Network> networks = new LinkedHashMap<>();
    for (Cell cell : cells.cells()) {
      try {
        networks.put(cell, Networks.of(new Model(cell.model(), cell.width()), noise));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--width: " + e.getMessage());
      }
    }
    return networks;
  }

  private static void require(String option, double value, double least, double most)
      throws UsageException {
    if (!(value >= least && value <= most)) {
      throw new UsageException(
          "%s: must be in [%s, %s], found %s"
              .formatted(option, plain(least), plain(most), plain(value)));
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  private Speed measure(Cell cell, Network network) throws Exception {
    Recipe recipe =
        new Recipe(
            new Schedule.Constant(new BigDecimal("0.1"), 0),
            cell.batch(),
            new BigDecimal("0.9"),
            new BigDecimal("0.0005"),
            false,
            0);
    return new Benchmark(network, recipe, cell.mode(), threads, seconds).run();
  }

  private String line(Cell cell, Network network, List<Speed> speeds) {
    String mode = cell.mode().name().toLowerCase(Locale.ROOT);
    double wall = median(speeds, Speed::imagesPerSecond);
    double cpu = median(speeds, Speed::imagesPerCpuSecond);
    if (!json) {
      return String.format(
          Locale.ROOT,
          "%-12s %6s %6d %8d %6s %10.1f %14.1f",
          cell.model(),
          cell.width().toPlainString(),
          cell.batch(),
          threads,
          mode,
          wall,
          cpu);
    }
    return String.format(
        Locale.ROOT,
        "{\"model\":\"%s\",\"width\":%s,\"batch\":%d,\"threads\":%d,\"mode\":\"%s\","
            + "\"images_per_second\":%.1f,\"engine\":\"%s\",\"images_per_cpu_second\":%.1f,"
            + "\"mean_images_per_second\":%.1f,\"size\":%d,\"instructions\":\"%s\","
            + "\"parameters\":%d,\"macs\":%d}",
        cell.model(),
        cell.width().toPlainString(),
        cell.batch(),
        threads,
        mode,
        wall,
        Engine.current().word(),
        cpu,
        median(speeds, Speed::meanImagesPerSecond),
        size,
        Engine.environment().instructionSet(),
        network.parameters(),
        network.macs());
  }

  /** The median; of an even number of values, the lower of the two middle ones. */
  private static double median(List<Speed> speeds, ToDoubleFunction<Speed> figure) {
    double[] sorted = speeds.stream().mapToDouble(figure).sorted().toArray();
    return sorted[(sorted.length - 1) / 2];
  }
}
