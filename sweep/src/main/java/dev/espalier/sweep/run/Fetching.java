package dev.espalier.sweep.run;

import java.io.IOException;
import java.util.List;

/** Brings a sweep that lies at an address home. */
public final class Fetching {
  private static final List<String> COPIED =
      List.of(
          Identity.NAME,
          PlanFile.NAME,
          ReferenceFile.NAME,
          "front.csv",
          "front.svg",
          "report.html",
          Latencies.NAME);

  private Fetching() {}

  /**
   * Makes an ordinary folder of a sweep, with all but the checkpoints, which stay where they are. A
   * second time brings what is new.
   *
   * @throws RefusedException if something else lies in {@code home}
   */
  public static void fetch(RunDirectory sweep, RunDirectory home) throws IOException {
    home.checkWritable();
    try (RunLock lock = RunLock.take(home)) {
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
            : home.files().list("").stream().allMatch(file -> file.name().equals(FolderLock.NAME));
    if (!fits) {
      throw new RefusedException(
          home.address()
              + ": must be a new or empty folder, or one that this sweep was fetched into, found other files; take another");
    }
  }
}
