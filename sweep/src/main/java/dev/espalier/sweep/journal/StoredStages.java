package dev.espalier.sweep.journal;

import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.facts.StageResult;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The stages of a store, looked up in bulk: one listing tells which stages have a folder, and only
 * those folders are read.
 */
public final class StoredStages {
  private final CheckpointStore store;
  private final Set<StageId> there;
  private final Map<StageId, Optional<StageResult.Done>> looked = new HashMap<>();

  private StoredStages(CheckpointStore store, Set<StageId> there) {
    this.store = store;
    this.there = there;
  }

  /** Lists a store. What gets there later is not seen. */
  public static StoredStages of(CheckpointStore store) throws IOException {
    return new StoredStages(store, Set.copyOf(store.stages()));
  }

  /** The results of those of {@code ids} that are committed and whole. */
  public Map<StageId, StageResult.Done> find(Collection<StageId> ids) throws IOException {
    look(ids);
    Map<StageId, StageResult.Done> found = new HashMap<>();
    ids.forEach(id -> result(id).ifPresent(done -> found.put(id, done)));
    return found;
  }

  /** Whether a stage is committed and whole. */
  public boolean has(StageId id) throws IOException {
    look(List.of(id));
    return result(id).isPresent();
  }

  private void look(Collection<StageId> ids) throws IOException {
    List<StageId> unknown = present(ids).filter(id -> !looked.containsKey(id)).toList();
    List<Optional<StageResult.Done>> results = Requests.all(unknown, store::find);
    for (int i = 0; i < unknown.size(); i++) {
      looked.put(unknown.get(i), results.get(i));
    }
  }

  private Optional<StageResult.Done> result(StageId id) {
    return looked.getOrDefault(id, Optional.empty());
  }

  /** How many processes died over those of {@code ids} over which any did. */
  public Map<StageId, Integer> deaths(Collection<StageId> ids) throws IOException {
    List<StageId> present = present(ids).toList();
    List<Integer> counts = Requests.all(present, store::deaths);
    Map<StageId, Integer> deaths = new HashMap<>();
    for (int i = 0; i < present.size(); i++) {
      if (counts.get(i) > 0) {
        deaths.put(present.get(i), counts.get(i));
      }
    }
    return deaths;
  }

  /** Forgets those who died over {@code ids}. */
  public void removeDeadAttempts(Collection<StageId> ids) throws IOException {
    var unused =
        Requests.all(
            present(ids).toList(),
            id -> {
              store.removeDeadAttempts(id);
              return id;
            });
  }

  /** Those of {@code ids} that a process is at work on, see {@link CheckpointStore#isRunning}. */
  public Set<StageId> running(Collection<StageId> ids, long quietSinceMillis) throws IOException {
    List<StageId> present = present(ids).toList();
    List<Boolean> answers = Requests.all(present, id -> store.isRunning(id, quietSinceMillis));
    Set<StageId> running = new LinkedHashSet<>();
    for (int i = 0; i < present.size(); i++) {
      if (answers.get(i)) {
        running.add(present.get(i));
      }
    }
    return running;
  }

  private Stream<StageId> present(Collection<StageId> ids) {
    return ids.stream().filter(there::contains).distinct();
  }
}
