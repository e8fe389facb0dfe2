package dev.espalier.sweep.journal;

import dev.espalier.workers.facts.StageId;
import java.util.concurrent.CountDownLatch;

/** Writes some lines of a journal in a process of its own, and waits to be killed. */
final class JournalProcess {
  static final int LINES = 20;

  private JournalProcess() {}

  /**
   * Writes.
   *
   * @param args the address, and whether several machines see it
   */
  public static void main(String[] args) throws Exception {
    RunDirectory directory = new RunDirectory(args[0], Boolean.parseBoolean(args[1]));
    try (RunLock lock = Journal.lock(directory);
        Journal journal = Journal.open(lock, JournalContract.PLAN)) {
      for (int i = 0; i < LINES; i++) {
        journal.add(JournalContract.failed(new StageId("%064x".formatted(i)), "line " + i));
      }
      journal.flush();
      System.out.println("written");
      new CountDownLatch(1).await();
    }
  }
}
