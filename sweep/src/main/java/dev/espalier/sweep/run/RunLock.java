package dev.espalier.sweep.run;

import java.io.IOException;

/** Held by the one run that is at work on a sweep. */
sealed interface RunLock extends AutoCloseable permits FolderLock, Lease {

  /**
   * Takes the lock.
   *
   * @throws RefusedException if another run holds it
   */
  static RunLock take(RunDirectory directory) throws IOException {
    return directory.shared()
        ? Lease.take(directory, Lease.Patience.USUAL)
        : FolderLock.take(directory);
  }

  /** Of what it is the lock. */
  RunDirectory directory();

  /**
   * Makes sure that this run may write on.
   *
   * @throws RefusedException if another run has taken the sweep over
   */
  void requireHeld() throws IOException;

  @Override
  void close() throws IOException;
}
