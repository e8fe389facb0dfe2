package dev.espalier.workers.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.workers.facts.DataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DatasetsTest {
  @Test
  void holdsOneCopyForAllThreads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Dataset>> loaded = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        loaded.add(
            threads.submit(() -> Datasets.load(new DataSource("shapes", null, 123, 45, 0), null)));
      }
      Dataset first = loaded.get(0).get();
      for (Future<Dataset> other : loaded) {
        assertSame(first, other.get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void refusesANameItDoesNotKnow() {
    assertEquals(
        "dataset.name: must be one of cifar10, fashion-mnist, images, mnist, shapes, found cifar",
        refusal(SmallData.source("cifar", 0, 1)));
  }

  @Test
  void saysHowToGetTheFiles() {
    assertEquals(
        "dataset.name: cifar10 lies in files: give their folder with --data DIR, or fetch them"
            + " with `espalier data cifar10 --to DIR`",
        refusal(SmallData.source("cifar10", 0, 1)));
    assertEquals(
        "dataset.path: must name the folder of class folders, found nothing",
        refusal(SmallData.source("images", 0, 1)));
  }

  private static String refusal(DataSource source) {
    return assertThrows(DataException.class, () -> Datasets.load(source, null)).getMessage();
  }
}
