package dev.espalier.sweep.journal;

import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.checkpoint.HostName;
import dev.espalier.workers.facts.StageId;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.Storages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints that the sweep of one folder needs, listed in its store as {@code
 * claims/KEY-PLACE.json}. Sweeps may share a store: cleaning keeps every checkpoint that one of
 * them claims.
 *
 * <p>KEY is that of the {@link Identity}, which a copy of the folder shares; PLACE is made of what
 * tells the folder from its copies, so that each has a claim of its own. A folder that was moved
 * has another place than before: its earlier claim is found by its key, and given up where the
 * folder that it names is no longer there.
 *
 * @param sweep its name
 * @param folder where its journal lies: a path on {@code host}, or an address
 * @param host which machine wrote it; null in the claims of versions that did not note it, which
 *     were named by the key alone
 * @param stages ids of the checkpoints that it needs
 * @param updaters ids of those whose updater state it needs
 */
public record Claim(
    String sweep, String folder, @Nullable String host, Set<String> stages, Set<String> updaters) {
  private static final String CLAIMS = "claims";
  private static final String ENDING = ".json";
  private static final int PLACE_DIGITS = 16;

  public Claim {
    if (sweep == null || folder == null || stages == null || updaters == null) {
      throw new IllegalArgumentException("no sweep, folder, stages or updaters");
    }
    stages = new TreeSet<>(stages);
    updaters = new TreeSet<>(updaters);
  }

  /** All that is planned. */
  public static Claim of(SweepSpec spec, Plan plan, RunDirectory directory) {
    Set<String> stages = new TreeSet<>();
    Set<String> updaters = new TreeSet<>();
    for (PlannedStage stage : plan.stages()) {
      stages.add(stage.id().hex());
      if (stage.keepsUpdater()) {
        updaters.add(stage.id().hex());
      }
    }
    return of(spec, directory, stages, updaters);
  }

  /** Some of the stages of a sweep, and the updaters among them. */
  public static Claim of(
      SweepSpec spec, RunDirectory directory, Set<String> stages, Set<String> updaters) {
    return new Claim(spec.name(), directory.files().address(), here(), stages, updaters);
  }

  /**
   * Puts the claim of the sweep in {@code directory} into its store, in place of earlier ones: its
   * own, and those of the places that it was moved from.
   */
  public void write(RunDirectory directory) throws IOException {
    Storage store = directory.storage();
    file(store, name(directory)).write(this);
    for (String left : left(directory)) {
      store.delete(left);
    }
  }

  /**
   * Whether the sweep in {@code directory} has a claim in its store. One that it left where it was
   * before follows it.
   */
  public static boolean exists(RunDirectory directory) throws IOException {
    Storage store = directory.storage();
    if (store.exists(name(directory))) {
      return true;
    }
    List<String> left = left(directory);
    if (left.isEmpty()) {
      return false;
    }
    Claim before = file(store, left.get(0)).read();
    new Claim(
            before.sweep(), directory.files().address(), here(), before.stages(), before.updaters())
        .write(directory);
    return true;
  }

  /**
   * The claims of all sweeps that share a store.
   *
   * @throws RefusedException if one cannot be read
   */
  public static List<Claim> all(Storage store) throws IOException {
    List<Claim> claims = new ArrayList<>();
    for (String name : names(store)) {
      claims.add(file(store, name).read());
    }
    return claims;
  }

  /** The claims that a sweep has left behind in its store where it is no longer. */
  private static List<String> left(RunDirectory directory) throws IOException {
    String own = name(directory);
    String key = CLAIMS + "/" + Identity.of(directory).key();
    List<String> left = new ArrayList<>();
    for (String name : names(directory.storage())) {
      if (name.startsWith(key) && !name.equals(own) && isLeft(directory, name)) {
        left.add(name);
      }
    }
    return left;
  }

  /** Whether nobody is known to be behind a claim any more; in doubt it stands. */
  private static boolean isLeft(RunDirectory directory, String name) {
    try {
      Claim claim = file(directory.storage(), name).read();
      if (claim.host == null) {
        return claim.folder.equals(directory.files().address());
      }
      if (!claim.host.equals(here()) && !Storages.isElsewhere(claim.folder)) {
        return false;
      }
      RunDirectory there = RunDirectory.at(claim.folder);
      // Listing tells what is not there from what may not be seen.
      return !(lists(there.files(), "", Identity.NAME)
          && name(there).equals(name)
          && areOne(directory.storage(), there.storage()));
    } catch (IOException | RuntimeException unknown) {
      return false;
    }
  }

  /** Whether what is written to one store is in the other, whatever their addresses. */
  private static boolean areOne(Storage one, Storage other) throws IOException {
    if (one.equals(other)) {
      return true;
    }
    String probe = "probe-" + UUID.randomUUID();
    one.write(CLAIMS + "/" + probe, new byte[] {'\n'});
    try {
      return lists(other, CLAIMS, probe);
    } finally {
      one.delete(CLAIMS + "/" + probe);
    }
  }

  private static boolean lists(Storage files, String folder, String name) throws IOException {
    return files.list(folder).stream().anyMatch(file -> file.name().equals(name));
  }

  private static List<String> names(Storage store) throws IOException {
    return store.list(CLAIMS).stream()
        .map(file -> CLAIMS + "/" + file.name())
        .filter(name -> name.endsWith(ENDING))
        .sorted()
        .toList();
  }

  private static String name(RunDirectory directory) throws IOException {
    byte[] place = directory.files().place().getBytes(StandardCharsets.UTF_8);
    return "%s/%s-%s%s"
        .formatted(
            CLAIMS,
            Identity.of(directory).key(),
            StageId.sha256(place).substring(0, PLACE_DIGITS),
            ENDING);
  }

  private static JsonFile<Claim> file(Storage store, String name) {
    return new JsonFile<>(
        store,
        name,
        store.address() + "/" + name,
        Claim.class,
        "what a sweep needs of its store",
        "the next run of that sweep writes it again, and without it nothing is removed");
  }

  private static String here() {
    return HostName.get();
  }
}
