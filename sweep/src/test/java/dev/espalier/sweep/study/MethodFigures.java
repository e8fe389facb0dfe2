package dev.espalier.sweep.study;

import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.sweep.pareto.Interval;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.facts.Metrics;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What each way of compressing one network costs and leaves: ResNet18 at width 0.25 on CIFAR-10, by
 * the journal in {@code docs/cifar10-pruning}.
 *
 * @param dense what the others are compared with
 * @param groups of methods that are alike
 */
record MethodFigures(Metrics dense, List<List<Row>> groups) {
  private static final String JOURNAL = "../docs/cifar10-pruning";

  /** What a network takes, in the order of {@link Row#left}. */
  static final List<String> COSTS =
      List.of(
          Metrics.SIZE_COMPRESSED_BYTES,
          Metrics.FLASH_BYTES,
          Metrics.RAM_BYTES,
          Metrics.MACS_DENSE);

  private static final String NAME = "resnet18-w0.25-%s-seed1";

  private static final List<List<Method>> METHODS =
      List.of(
          List.of(
              new Method("8-bit integers", "s0-ft0-int8"),
              new Method("16 shared values", "s0-ft0-k16"),
              new Method("both", "s0-ft0-k16-int8")),
          List.of(
              new Method("80 % of the weights pruned", "s0.8-flat-ft1"),
              new Method("90 %, gradually", "s0.9-flat-poly2-from0.5-ft0"),
              new Method("+ 8-bit integers", "s0.9-flat-poly2-from0.5-ft0-int8"),
              new Method("+ 16 shared values", "s0.9-flat-poly2-from0.5-ft0-k16-int8")),
          List.of(
              new Method("30 % of the filters pruned", "f0.3-layerwise-l1-ft1"),
              new Method("half of them", "f0.5-layerwise-l1-ft1"),
              new Method("+ 8-bit integers", "f0.5-layerwise-l1-ft1-int8"),
              new Method("+ 16 shared values", "f0.5-layerwise-l1-ft1-k16-int8")));

  private static final Method NARROWER =
      new Method("dense, half as wide", "resnet18-w0.12-s0-ft0-seed1");

  /**
   * A method.
   *
   * @param steps what its trial's name has of it
   */
  private record Method(String label, String steps) {}

  /**
   * What a method costs and leaves.
   *
   * @param change of the accuracy on test images, with what other images would change, at 95 %
   * @param left of what the dense network takes, by {@link #COSTS}, as fractions
   */
  record Row(String label, Interval change, List<Double> left) {
    Row {
      left = List.copyOf(left);
    }

    /** Whether other images might make it 0. */
    boolean chance() {
      return change.low() <= 0 && change.high() >= 0;
    }
  }

  static MethodFigures read() throws IOException {
    SweepSnapshot sweep = SweepSnapshot.read(RunDirectory.existing(JOURNAL));
    Front front = sweep.front();
    Map<String, Metrics> trials =
        Stream.concat(front.all().stream(), front.controls().stream())
            .collect(Collectors.toMap(Point::name, Point::metrics));
    Function<String, Metrics> metrics =
        name -> Objects.requireNonNull(trials.get(name), () -> "no trial " + name);
    Metrics dense = metrics.apply(NAME.formatted("s0-ft0"));
    int images = sweep.plan().data().test();
    Stream<List<Row>> groups =
        METHODS.stream()
            .map(
                group ->
                    group.stream()
                        .map(m -> row(m, metrics.apply(NAME.formatted(m.steps)), dense, images))
                        .toList());
    Row narrower = row(NARROWER, metrics.apply(NARROWER.steps), dense, images);
    return new MethodFigures(dense, Stream.concat(groups, Stream.of(List.of(narrower))).toList());
  }

  private static Row row(Method method, Metrics metrics, Metrics dense, int images) {
    return new Row(
        method.label,
        change(metrics.get(Metrics.TEST_ACCURACY), dense.get(Metrics.TEST_ACCURACY), images),
        COSTS.stream().map(cost -> metrics.get(cost) / dense.get(cost)).toList());
  }

  /**
   * The difference of two accuracies on as many images, as if they were independent: two networks
   * that err on the same images, as these do, differ by chance less.
   */
  static Interval change(double accuracy, double than, int images) {
    double error = Math.sqrt((accuracy * (1 - accuracy) + than * (1 - than)) / images);
    return new Interval(accuracy - than, error, 1.96 * error, Interval.Over.IMAGES);
  }
}
