package dev.espalier.sweep.results;

import dev.espalier.sweep.journal.Identity;
import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.RunLock;
import java.io.IOException;
import java.util.List;

/** Copies a sweep from an address to a folder on this machine. */
public final class Fetching {
  private static final List<String> COPIED =
      List.of(
          Identity.NAME,
          PlanFile.NAME,
          ReferenceFile.NAME,
          "front.csv",
          "front.svg",
          "report.html",
          LatencyLines.NAME);

  private Fetching() {}

  /**
   * Copies a sweep to an ordinary folder, without the checkpoints, which stay where they are. A
   * second call copies what is new.
   *
   * @throws RefusedException if something else lies in {@code home}
   */
  public static void fetch(RunDirectory sweep, RunDirectory home) throws IOException {
    home.checkWritable();
    try (RunLock lock = Journal.lock(home)) {
      requireRoom(sweep, home);
      for (String name : COPIED) {
        if (sweep.files().exists(name)) {
          home.replace(name, sweep.read(name));
        }
      }
      home.useStore(sweep.storage());
      Journal.copy(sweep, lock.directory().root());
      // Last: with it, a folder counts as that of a sweep.
      home.replace(RunDirectory.SPEC, sweep.read(RunDirectory.SPEC));
    }
  }

  private static void requireRoom(RunDirectory sweep, RunDirectory home) throws IOException {
    boolean fetchedBefore = home.files().exists(Identity.NAME);
    boolean fits =
        fetchedBefore
            ? Identity.of(home).equals(Identity.of(sweep))
            : home.files().list("").stream()
                .allMatch(file -> file.name().equals(RunDirectory.LOCK));
    if (!fits) {
      throw new RefusedException(
          home.address()
              + ": must be a new or empty folder, or one that this sweep was fetched into, found other files; use another");
    }
  }
}
