package dev.espalier.sweep.journal;

import java.io.IOException;

/** The lock of a sweep, held by the one run that writes it. */
public sealed interface RunLock extends AutoCloseable permits FolderLock, Lease {

  /** The sweep that it is the lock of. */
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
