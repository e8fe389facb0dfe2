package dev.espalier.sweep.verify;

import dev.espalier.sweep.journal.TrialResult;
import dev.espalier.sweep.results.SweepSnapshot;
import dev.espalier.workers.checkpoint.CheckpointStore;
import dev.espalier.workers.facts.DataFile;
import dev.espalier.workers.facts.EpochMetrics;
import dev.espalier.workers.facts.LayerRow;
import dev.espalier.workers.facts.Metric;
import dev.espalier.workers.facts.Metrics;
import dev.espalier.workers.facts.StageResult;
import dev.espalier.workers.stage.PlannedStage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares one trial, stage by stage, until one differs. */
final class Comparison {
  private static final String JOURNAL = " in the journal";
  private static final String STORE = " in the store";

  /** The user's own network as Deeplearning4j zips it, with the time; its weights lie beside it. */
  private static final String GRAPH = "graph";

  private static final String NETWORK = "network";

  private final SweepSnapshot sweep;
  private final CheckpointStore store;
  private final List<Verdict.Difference> differences = new ArrayList<>();
  private final List<String> removed = new ArrayList<>();
  private int files;
  private int metrics;

  Comparison(SweepSnapshot sweep) {
    this.sweep = sweep;
    this.store = sweep.directory().store();
  }

  /**
   * Compares what the folder of the sweep holds of a trial with what came out now.
   *
   * @param path its stages
   * @param failed the stage that failed now, if one did; those before it are compared all the same
   */
  Verdict compare(
      TrialResult trial,
      List<PlannedStage> path,
      CheckpointStore again,
      Optional<StageResult.Failed> failed)
      throws IOException {
    int stages = 0;
    Metrics start = Metrics.NONE;
    for (PlannedStage stage : path) {
      Optional<StageResult.Done> done = again.find(stage.id());
      if (done.isPresent()) {
        start = stages == 0 ? done.get().metrics() : start;
        stages++;
        stage(stage, done.get(), again);
        if (stage.id().hex().equals(trial.trial())) {
          metrics(
              "%s in results.jsonl",
              trial.metrics(), TrialResult.metrics(done.get().metrics(), start));
        }
      } else {
        String reason = failed.map(StageResult.Failed::reason).orElse("left no checkpoint");
        differences.add(new Verdict.Difference("outcome" + JOURNAL, "done", "failed: " + reason));
      }
      if (!differences.isEmpty()) {
        return verdict(trial, stages, stage.label());
      }
    }
    return verdict(trial, stages, null);
  }

  private Verdict verdict(TrialResult trial, int stages, @Nullable String differsIn) {
    return new Verdict(trial.name(), stages, files, metrics, removed, differsIn, differences);
  }

  private void stage(PlannedStage stage, StageResult.Done again, CheckpointStore made)
      throws IOException {
    if (sweep.stages().get(stage.id()) instanceof StageResult.Done journaled) {
      results(JOURNAL, journaled, again);
      digests(journaled, again, made);
    } else {
      differences.add(new Verdict.Difference("outcome" + JOURNAL, "not done", "done"));
    }
    if (!store.hasResult(stage.id())) {
      removed.add(stage.label());
      return;
    }
    Optional<StageResult.Done> committed = store.committed(stage.id());
    if (committed.isEmpty()) {
      differences.add(
          new Verdict.Difference("result.json" + STORE, "no result of this stage", "one"));
      return;
    }
    results(STORE, committed.get(), again);
    contents(committed.get(), again, made);
  }

  private void results(String where, StageResult.Done recorded, StageResult.Done again) {
    metrics("%s" + where, recorded.metrics(), again.metrics());
    equal("epochs" + where, recorded.curve().size(), again.curve().size());
    for (int i = 0; i < Math.min(recorded.curve().size(), again.curve().size()); i++) {
      EpochMetrics epoch = recorded.curve().get(i);
      metrics(
          "%s of epoch " + epoch.epoch() + where, epoch.metrics(), again.curve().get(i).metrics());
    }
    equal("layers" + where, recorded.layers().size(), again.layers().size());
    for (int i = 0; i < Math.min(recorded.layers().size(), again.layers().size()); i++) {
      LayerRow row = recorded.layers().get(i);
      equal("layer " + row.name() + where, row, again.layers().get(i));
    }
    for (Map.Entry<String, String> split : again.correct().entrySet()) {
      equal(
          "correctly classified images of " + split.getKey() + where,
          String.valueOf(recorded.correct().get(split.getKey())),
          split.getValue());
    }
  }

  /** Each metric but those of one machine; an older program may have recorded fewer. */
  private void metrics(String what, Metrics recorded, Metrics again) {
    TreeSet<String> names = new TreeSet<>(recorded.values().keySet());
    names.removeIf(name -> sweep.metrics().get(name).isMeasured(Metric.Moment.LATER));
    for (String name : names) {
      metrics++;
      equal(
          what.formatted(name),
          String.valueOf(recorded.values().get(name)),
          String.valueOf(again.values().get(name)));
    }
  }

  /** By the journal, which knows them of removed checkpoints too. */
  private void digests(StageResult.Done recorded, StageResult.Done again, CheckpointStore made)
      throws IOException {
    for (String role : again.files().keySet()) {
      DataFile before = recorded.files().get(role);
      if (before != null && !role.equals(GRAPH)) {
        equal("SHA-256 of " + role + JOURNAL, before.sha256(), digest(role, recorded, again, made));
      }
    }
  }

  /** The files that lie in the store now, whatever its records say. */
  private void contents(StageResult.Done committed, StageResult.Done again, CheckpointStore made)
      throws IOException {
    for (String role : again.files().keySet()) {
      DataFile before = committed.files().get(role);
      if (before != null && !role.equals(GRAPH)) {
        files++;
        equal(
            "SHA-256 of " + again.id().brief() + ".../" + before.name() + STORE,
            store.digest(again.id(), before).orElse("no such file"),
            digest(role, committed, again, made));
      }
    }
  }

  /**
   * What a file has now, in the version that it had: networks of the first edition are as long as
   * their compressed size says, and later ones say more than their weights.
   */
  private static String digest(
      String role, StageResult.Done recorded, StageResult.Done again, CheckpointStore made)
      throws IOException {
    DataFile before = Objects.requireNonNull(recorded.files().get(role), role);
    DataFile now = Objects.requireNonNull(again.files().get(role), role);
    boolean isFirst =
        role.equals(NETWORK)
            && before.bytes() != now.bytes()
            && recorded.metrics().get(Metrics.SIZE_COMPRESSED_BYTES) == before.bytes();
    return isFirst ? made.firstVersionDigest(again.id(), role) : now.sha256();
  }

  private void equal(String what, Object recorded, Object again) {
    if (!recorded.equals(again)) {
      differences.add(new Verdict.Difference(what, recorded.toString(), again.toString()));
    }
  }
}
