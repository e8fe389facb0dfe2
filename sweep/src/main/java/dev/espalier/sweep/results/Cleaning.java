package dev.espalier.sweep.results;

import dev.espalier.sweep.journal.Claim;
import dev.espalier.sweep.journal.Journal;
import dev.espalier.sweep.journal.PlanFile;
import dev.espalier.sweep.journal.RefusedException;
import dev.espalier.sweep.journal.RunDirectory;
import dev.espalier.sweep.journal.RunLock;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The outcome of cleaning a store: what is removed and what stays.
 *
 * @param claims of the sweeps that share the store
 * @param gone what no sweep needs
 * @param stays how many checkpoints stay
 * @param staysBytes that these take
 */
public record Cleaning(List<Claim> claims, List<Leftover> gone, int stays, long staysBytes) {
  private static final String UPDATER = "updater";

  /**
   * Something that no sweep needs.
   *
   * @param stage its stage, for people
   * @param what it is and why it is not needed
   */
  public record Leftover(String stage, String what, long bytes) {}

  public Cleaning {
    claims = List.copyOf(claims);
    gone = List.copyOf(gone);
  }

  /**
   * Removes checkpoints that no sweep needs, updater state from which no planned stage continues,
   * and files of dead attempts.
   *
   * @param dryRun whether to remove nothing and only say what would go
   * @throws RefusedException if a run is at work, or it is not known what the sweep needs
   */
  public static Cleaning clean(RunDirectory directory, boolean dryRun) throws IOException {
    try (RunLock lock = Journal.lock(directory)) {
      if (!Claim.exists(lock.directory())) {
        throw new RefusedException(
            directory.address()
                + ": must be a sweep that recorded what it needs in its store, found none; run it again, which is quick if it is complete");
      }
      CheckpointStore store = directory.store();
      return new Broom(store, labels(PlanFile.read(directory)), Claim.all(directory.storage()))
          .sweep(store.stages(), dryRun);
    }
  }

  /**
   * Removes the checkpoints of a complete sweep but for those on its front and those that other
   * sweeps need.
   */
  public static Cleaning keepFront(SweepSnapshot sweep) throws IOException {
    RunDirectory directory = sweep.directory();
    try (RunLock lock = Journal.lock(directory)) {
      ofFront(sweep).write(lock.directory());
      Map<String, String> labels = labels(sweep.plan());
      List<StageId> own = labels.keySet().stream().map(StageId::new).sorted().toList();
      return new Broom(directory.store(), labels, Claim.all(directory.storage())).sweep(own, false);
    }
  }

  /**
   * The networks on the front, and the user's own network, without which nothing could be made of
   * their weights.
   */
  public static Claim ofFront(SweepSnapshot sweep) {
    Set<String> stages = new TreeSet<>();
    sweep.front().points().stream()
        .flatMap(point -> point.trials().stream())
        .map(Point::trial)
        .forEach(stages::add);
    if (sweep.spec().baseline() instanceof Baseline.From) {
      sweep.plan().stages().stream()
          .filter(stage -> stage.parent() == null)
          .forEach(stage -> stages.add(stage.id()));
    }
    return Claim.of(sweep.spec(), sweep.directory(), stages, Set.of());
  }

  public long goneBytes() {
    return gone.stream().mapToLong(Leftover::bytes).sum();
  }

  private static Map<String, String> labels(PlanFile plan) {
    Map<String, String> labels = new HashMap<>();
    plan.stages().forEach(stage -> labels.put(stage.id(), stage.label()));
    return labels;
  }

  private record Broom(CheckpointStore store, Map<String, String> labels, List<Claim> claims) {

    Cleaning sweep(Collection<StageId> stages, boolean dryRun) throws IOException {
      Set<String> needed = new HashSet<>();
      Set<String> updaters = new HashSet<>();
      claims.forEach(claim -> needed.addAll(claim.stages()));
      claims.forEach(claim -> updaters.addAll(claim.updaters()));
      List<Leftover> gone = new ArrayList<>();
      int stays = 0;
      long before = 0;
      for (StageId id : stages) {
        List<Storage.Entry> files = store.files(id);
        before += files.stream().mapToLong(Storage.Entry::bytes).sum();
        List<Storage.Entry> strays =
            store.strays(id, System.currentTimeMillis() - CheckpointStore.QUIET_MILLIS);
        boolean atWork =
            files.stream().anyMatch(f -> f.name().startsWith("started-") && !strays.contains(f));
        if (!needed.contains(id.hex()) && !atWork) {
          unneeded(id, files, gone, dryRun);
        } else {
          strays(id, strays, gone, dryRun);
          updater(id, updaters, gone, dryRun);
          stays += store.hasResult(id) ? 1 : 0;
        }
      }
      long bytes = gone.stream().mapToLong(Leftover::bytes).sum();
      return new Cleaning(claims, gone, stays, before - bytes);
    }

    private void unneeded(
        StageId id, List<Storage.Entry> files, List<Leftover> gone, boolean dryRun)
        throws IOException {
      if (!files.isEmpty()) {
        long bytes = files.stream().mapToLong(Storage.Entry::bytes).sum();
        gone.add(new Leftover(label(id), "checkpoint that no sweep needs", bytes));
      }
      if (!dryRun) {
        store.remove(id);
      }
    }

    private void strays(StageId id, List<Storage.Entry> strays, List<Leftover> gone, boolean dryRun)
        throws IOException {
      for (Storage.Entry stray : strays) {
        gone.add(new Leftover(label(id), "file of a dead process, " + stray.name(), stray.bytes()));
        if (!dryRun) {
          store.removeStray(id, stray);
        }
      }
    }

    private void updater(StageId id, Set<String> updaters, List<Leftover> gone, boolean dryRun)
        throws IOException {
      Optional<DataFile> updater = store.file(id, UPDATER);
      if (updater.isPresent() && !updaters.contains(id.hex())) {
        gone.add(
            new Leftover(
                label(id),
                "updater state from which no planned stage continues",
                updater.get().bytes()));
        if (!dryRun) {
          store.drop(id, UPDATER);
        }
      }
    }

    private String label(StageId id) {
      return labels.getOrDefault(id.hex(), "stage " + id.brief());
    }
  }
}
