package dev.espalier.sweep.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.sweep.pareto.Point;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.spec.Baseline;
import dev.espalier.sweep.spec.SweepSpec;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a sweep needs of its store: {@code claims/KEY.json} there, by the key of its {@link
 * Identity}. Several sweeps may share a store, so whoever cleans up keeps what any of them claims.
 *
 * @param sweep its name
 * @param folder where its journal lies, for people
 * @param stages ids of the checkpoints that it needs
 * @param updaters ids of those whose updater state it needs
 */
public record Claim(String sweep, String folder, Set<String> stages, Set<String> updaters) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLAIMS = "claims";

  public Claim {
    stages = new TreeSet<>(stages);
    updaters = new TreeSet<>(updaters);
  }

  /** All that is planned. */
  static Claim of(SweepSpec spec, Plan plan, RunDirectory directory) {
    Set<String> stages = new TreeSet<>();
    Set<String> updaters = new TreeSet<>();
    for (PlannedStage stage : plan.stages()) {
      stages.add(stage.id().hex());
      if (stage.keepsUpdater()) {
        updaters.add(stage.id().hex());
      }
    }
    return new Claim(spec.name(), directory.files().address(), stages, updaters);
  }

  /**
   * The networks on the front, and the user's own network, without which nothing could be made of
   * their weights.
   */
  static Claim ofFront(Finished sweep) {
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
    return new Claim(sweep.spec().name(), sweep.directory().files().address(), stages, Set.of());
  }

  /**
   * Puts the claim of the sweep in {@code directory} into its store, in place of an earlier one.
   */
  void write(RunDirectory directory) throws IOException {
    byte[] text = JSON.writeValueAsBytes(this);
    String name = CLAIMS + "/" + Identity.of(directory).key();
    directory.storage().replace(name + ".json", text, name + ".tmp");
  }

  /** Whether the sweep in {@code directory} has a claim in its store. */
  static boolean exists(RunDirectory directory) throws IOException {
    return directory.storage().exists(CLAIMS + "/" + Identity.of(directory).key() + ".json");
  }

  /**
   * The claims of all sweeps that share a store.
   *
   * @throws RefusedException if one cannot be read
   */
  static List<Claim> all(Storage store) throws IOException {
    List<Claim> claims = new ArrayList<>();
    for (Storage.Entry file : store.list(CLAIMS)) {
      if (file.name().endsWith(".json")) {
        String name = CLAIMS + "/" + file.name();
        String text = new String(store.read(name), StandardCharsets.UTF_8);
        try {
          claims.add(JSON.readValue(text, Claim.class));
        } catch (JsonProcessingException e) {
          throw new RefusedException(
              "%s/%s: must say what a sweep needs, found %s; the next run of that sweep writes it again, and without it nothing is removed"
                  .formatted(store.address(), name, e.getOriginalMessage()),
              e);
        }
      }
    }
    return claims;
  }
}
