package dev.espalier.sweep.preparation;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.measure.Speed;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import dev.espalier.workers.stage.Load;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.Train;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Seconds of a stage by timing a few steps of its network: each network once, a second or two each.
 */
public final class ShortTiming implements ToDoubleFunction<PlannedStage> {
  /** Building, encoding and writing a network, as measured for small ones. */
  private static final double OVERHEAD = 0.3;

  /**
   * Neighbours share caches and memory: of two trainings side by side each takes so much longer.
   */
  private static final double SIDE_BY_SIDE = 1.25;

  private static final double SECONDS = 0.5;

  /** What is timed where a plan trains nothing. */
  private static final Recipe NO_TRAINING =
      new Recipe(
          new Schedule.Constant(BigDecimal.ONE, 0), 64, BigDecimal.ZERO, BigDecimal.ZERO, false, 0);

  private static final int PREDICT_BATCH = 256;

  private final Plan plan;
  private final double slowdown;
  private final Consumer<String> tell;
  private final Map<String, Seconds> timed;

  /** Seconds of one image. */
  private record Seconds(double train, double predict) {}

  /**
   * @param slots stages at a time
   * @param tell is told what is timed, before it is
   */
  public ShortTiming(Plan plan, int slots, Consumer<String> tell) {
    this(plan, slots > 1 ? SIDE_BY_SIDE : 1, tell, new HashMap<>());
  }

  private ShortTiming(
      Plan plan, double slowdown, Consumer<String> tell, Map<String, Seconds> timed) {
    this.plan = plan;
    this.slowdown = slowdown;
    this.tell = tell;
    this.timed = timed;
  }

  /** The timing of another plan over the same images, which times no network again. */
  public ShortTiming of(Plan other) {
    return new ShortTiming(other, slowdown, tell, timed);
  }

  @Override
  public double applyAsDouble(PlannedStage planned) {
    Seconds image = timed.computeIfAbsent(name(planned.root()), network -> time(network, planned));
    DataFacts data = planned.setup().data();
    double epoch = data.train() * image.train() + data.validation() * image.predict();
    double evaluation = (data.validation() + data.test()) * image.predict();
    return OVERHEAD + slowdown * (plan.ownEpochs(planned) * epoch + evaluation);
  }

  private Seconds time(String name, PlannedStage planned) {
    Stage root = planned.root();
    DataFacts data = planned.setup().data();
    Recipe recipe = recipe(root);
    tell.accept("Timing a few steps, for the estimate: " + name + " ...");
    try (TrainableNetwork network = network(root, planned)) {
      int pixels = data.height() * data.width() * data.channels();
      return new Seconds(
          1 / speed(network, recipe, pixels, Speed.Work.TRAIN, recipe.batch()),
          1 / speed(network, recipe, pixels, Speed.Work.INFER, PREDICT_BATCH));
    }
  }

  private static double speed(
      TrainableNetwork network, Recipe recipe, int pixels, Speed.Work work, int batch) {
    return Speed.of(network, recipe, pixels, work, batch, SECONDS).imagesPerSecond();
  }

  /** The recipe of the first training of a network that begins so. */
  private Recipe recipe(Stage root) {
    return plan.stages().stream()
        .filter(planned -> planned.root().equals(root))
        .flatMap(planned -> Optional.ofNullable(planned.stage().recipe()).stream())
        .findFirst()
        .orElse(NO_TRAINING);
  }

  private static String name(Stage root) {
    if (root instanceof Train train) {
      return train.model().name() + " of width " + train.model().width().toPlainString();
    } else if (root instanceof Load load) {
      return load.path();
    }
    throw new AssertionError(root);
  }

  private static TrainableNetwork network(Stage root, PlannedStage planned) {
    if (root instanceof Train train) {
      Network network = Networks.of(train.model(), planned.setup().data());
      return TrainableNetwork.of(network, Initialization.of(network, planned.setup().seed()));
    } else if (root instanceof Load load) {
      return TrainableNetwork.load(Path.of(load.path()), load.facts(planned.setup().data()));
    }
    throw new AssertionError(root);
  }
}
