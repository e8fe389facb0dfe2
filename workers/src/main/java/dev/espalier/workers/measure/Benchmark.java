package dev.espalier.workers.measure;

import dev.espalier.workers.engine.TrainableNetwork;
import dev.espalier.workers.facts.Recipe;
import dev.espalier.workers.model.Initialization;
import dev.espalier.workers.model.Network;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;

/**
 * Networks of one table at work side by side, each in a thread of its own, as trials in the slots
 * of one process are.
 *
 * @param recipe its batch counts for inference too
 * @param threads how many networks, at least 1
 * @param seconds how long, without the building and the warm-up
 */
public record Benchmark(
    Network network, Recipe recipe, Speed.Work work, int threads, double seconds) {

  /**
   * The speed of all of them together. Their batches count from when the last of them is warm.
   *
   * @throws ExecutionException if one of them failed
   */
  public Speed run() throws InterruptedException, ExecutionException {
    Phaser start = new Phaser(threads);
    Callable<Speed> each =
        () -> {
          try (TrainableNetwork built =
              TrainableNetwork.of(network, Initialization.of(network, 1))) {
            return Speed.of(
                built,
                recipe,
                network.input().size(),
                work,
                recipe.batch(),
                seconds,
                start::arriveAndAwaitAdvance);
          } finally {
            start.arriveAndDeregister(); // so that nobody waits for one that failed
          }
        };
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Speed>> speeds = pool.invokeAll(Collections.nCopies(threads, each));
      Speed sum = new Speed(0, 0, 0);
      for (Future<Speed> speed : speeds) {
        sum = sum.plus(speed.get());
      }
      return sum;
    } finally {
      pool.shutdownNow();
    }
  }
}
