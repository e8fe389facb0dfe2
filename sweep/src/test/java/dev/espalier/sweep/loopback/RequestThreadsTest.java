package dev.espalier.sweep.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestThreadsTest {
  @Test
  void aRequestThatIsNotAdmittedInTimeIsStopped() throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    try (RequestThreads threads = new RequestThreads(10, Duration.ofMillis(100))) {
      threads.execute(() -> waitUntilStopped(stopped));
      assertTrue(stopped.await(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void aRequestThatIsAdmittedMayTakeAsLongAsItNeeds() throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    try (RequestThreads threads = new RequestThreads(1, Duration.ofMillis(50))) {
      threads.execute(
          () -> {
            threads.admitted();
            waitUntilStopped(stopped);
          });
      for (int i = 0; i < 5; i++) {
        threads.execute(() -> waitUntilStopped(done));
      }
      assertTrue(done.await(10, TimeUnit.SECONDS), "the others are stopped");
      assertEquals(1, stopped.getCount());
    }
  }

  private static void waitUntilStopped(CountDownLatch stopped) {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      stopped.countDown();
    }
  }
}
