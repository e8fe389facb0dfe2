package dev.espalier.workers.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.facts.Schedule;
import dev.espalier.workers.measure.Speed.Work;
import dev.espalier.workers.model.Network;
import dev.espalier.workers.model.Networks;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SpeedTest {
  private static final Network NETWORK =
      Networks.of(
          new Model("resnet18", new BigDecimal("0.0625")),
          new DataFacts("noise", "", 8, 8, 3, 10, 0, 0, 0));

  @Test
  void takesTheFirstQuartile() {
    assertEquals(2, Speed.firstQuartile(DoubleStream.of(5, 1, 4, 2, 3)));
    assertEquals(3, Speed.firstQuartile(DoubleStream.of(8, 7, 6, 5, 4, 3, 2, 1)));
    assertEquals(7, Speed.firstQuartile(DoubleStream.of(7)));
  }

  @Test
  void isTheImagesOfABatchByTheQuartileOfItsTime() {
    Batches five = new Batches(8, 2, 4, 1, 5);
    assertEquals(new Speed(20, 40, 10), five.timed(40, 0), "5 batches in 20 s");
    assertEquals(5, five.done, "the fewest that say something");

    Batches more = new Batches(1, 1, 2, 2, 2, 2, 2, 2);
    assertEquals(new Speed(40, 80, 7 * 40 / 12.0), more.timed(40, 11.5));
    assertEquals(7, more.done, "until the time is over, 1 + 1 + 5 * 2 s");
  }

  @Test
  void measuresNetworksSideBySide() throws Exception {
    for (Work work : Work.values()) {
      Speed one = new Benchmark(NETWORK, recipe(4), work, 1, 0.05).run();
      Speed two = new Benchmark(NETWORK, recipe(4), work, 2, 0.05).run();
      for (Speed speed : List.of(one, two)) {
        assertTrue(speed.imagesPerSecond() > 0 && Double.isFinite(speed.imagesPerSecond()));
        // A thread is at work for no longer than the clock on the wall runs.
        assertTrue(speed.imagesPerCpuSecond() > 0.9 * speed.imagesPerSecond(), "" + speed);
      }
    }
    assertEquals(new Speed(4, 6, 8), new Speed(1, 2, 3).plus(new Speed(3, 4, 5)));
  }

  @Test
  void endsWhereANetworkCannotWork() {
    Benchmark tooLarge = new Benchmark(NETWORK, recipe(Integer.MAX_VALUE / 8), Work.TRAIN, 2, 0.05);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60), () -> assertThrows(ExecutionException.class, tooLarge::run));
  }

  private static Recipe recipe(int batch) {
    return new Recipe(
        new Schedule.Constant(new BigDecimal("0.1"), 0),
        batch,
        new BigDecimal("0.9"),
        new BigDecimal("0.0005"),
        false,
        0);
  }

  /** Batches that take so many seconds, half of them on the processor. */
  private static final class Batches {
    private final int[] seconds;
    private double now = 17;
    private int done;

    Batches(int... seconds) {
      this.seconds = seconds;
    }

    Speed timed(int images, double atLeast) {
      return Speed.timed(
          () -> now += seconds[done++],
          images,
          atLeast,
          () -> (long) (now * 1e9),
          () -> (long) (now * 0.5e9));
    }
  }
}
