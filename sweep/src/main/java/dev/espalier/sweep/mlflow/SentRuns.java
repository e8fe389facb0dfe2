package dev.espalier.sweep.mlflow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.RunsPage;

/**
 * The runs of one sweep on the server, by key. A run is looked for by its tag before it is made, so
 * that what is sent again finds its run; a server that was asked twice, by a retry, keeps one. For
 * several threads, of which no two are at work on one key.
 */
final class SentRuns {
  static final String KEY = "espalier.key";
  static final String SWEEP = "espalier.sweep";
  static final String DIGEST = "espalier.digest";

  private static final int PAGE = 1000;
  private static final Set<RunStatus> ENDED =
      Set.of(RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED);

  /** Of several runs with one key: what has ended, then the same one for every sender. */
  private static final Comparator<Sent> PREFERRED =
      Comparator.comparing(Sent::ended).reversed().thenComparing(Sent::id);

  private final String experiment;
  private final String sweepKey;
  private final Map<String, Sent> byKey = new ConcurrentHashMap<>();

  /**
   * A run on the server.
   *
   * @param params what it has, by name
   * @param tags what it has, by name
   * @param ended true where its status is final
   * @param stoppedMillis when it ended, in milliseconds since 1970, if it was stopped; 0 otherwise
   */
  record Sent(
      String id,
      String artifactUri,
      boolean ended,
      long stoppedMillis,
      Map<String, String> params,
      Map<String, String> tags) {
    private static Sent of(Run run) {
      RunInfo info = run.getInfo();
      return new Sent(
          info.getRunId(),
          info.getArtifactUri(),
          ENDED.contains(info.getStatus()),
          info.getStatus() == RunStatus.KILLED ? info.getEndTime() : 0,
          run.getData().getParamsList().stream()
              .collect(Collectors.toMap(Param::getKey, Param::getValue)),
          run.getData().getTagsList().stream()
              .collect(Collectors.toMap(RunTag::getKey, RunTag::getValue)));
    }

    String tag(String key) {
      return tags.getOrDefault(key, "");
    }

    Sent withTags(Map<String, String> more) {
      Map<String, String> all = new HashMap<>(tags);
      all.putAll(more);
      return new Sent(id, artifactUri, ended, stoppedMillis, params, all);
    }

    Sent asEnded() {
      return new Sent(id, artifactUri, true, stoppedMillis, params, tags);
    }
  }

  SentRuns(String experiment, String sweepKey) {
    this.experiment = experiment;
    this.sweepKey = sweepKey;
  }

  String experiment() {
    return experiment;
  }

  @Nullable Sent get(String key) {
    return byKey.get(key);
  }

  void put(String key, Sent sent) {
    byKey.put(key, sent);
  }

  Set<String> keys() {
    return Set.copyOf(byKey.keySet());
  }

  /**
   * Reads all runs of the sweep and keeps one of those with one key: two senders may have made one
   * each, or a server that was slow to answer two. Every sender keeps the same.
   *
   * @return whether there were others, which are deleted now
   */
  boolean load(TrackingClient client) throws TrackingFailure {
    Map<String, Sent> found = new HashMap<>();
    boolean deleted = false;
    for (Run run : search(client, ofSweep(), ViewType.ACTIVE_ONLY)) {
      Sent sent = Sent.of(run);
      Sent other = found.putIfAbsent(sent.tag(KEY), sent);
      if (other != null) {
        boolean better = PREFERRED.compare(sent, other) < 0;
        found.put(sent.tag(KEY), better ? sent : other);
        delete(client, (better ? other : sent).id());
        deleted = true;
      }
    }
    byKey.clear();
    byKey.putAll(found);
    return deleted;
  }

  /**
   * As {@link #load}, and brings back what is missing then: where two senders tidy up at the same
   * time, and a run ends between the look of the one and the look of the other, each keeps what the
   * other deletes. Whoever deletes last sees it.
   */
  void settle(TrackingClient client) throws TrackingFailure {
    Map<String, Sent> before = new HashMap<>(byKey);
    if (load(client)) {
      before.putAll(byKey);
      load(client);
    }
    for (Map.Entry<String, Sent> known : before.entrySet()) {
      if (!byKey.containsKey(known.getKey())) {
        restore(client, known.getKey(), known.getValue().tag(DIGEST));
      }
    }
  }

  /** In one look at active and deleted runs: the other sender may be restoring at the same time. */
  private void restore(TrackingClient client, String key, String digest) throws TrackingFailure {
    List<Run> runs = search(client, ofKey(key), ViewType.ALL);
    runs.removeIf(run -> !Sent.of(run).tag(DIGEST).equals(digest));
    Optional<Sent> active = runs.stream().filter(SentRuns::isActive).map(Sent::of).min(PREFERRED);
    Optional<Sent> kept = active.isPresent() ? active : runs.stream().map(Sent::of).min(PREFERRED);
    if (kept.isEmpty()) {
      return;
    }
    if (active.isEmpty()) {
      String id = kept.get().id();
      client.call("restoring the run " + id, c -> done(() -> c.restoreRun(id)));
    }
    byKey.put(key, kept.get());
  }

  private static boolean isActive(Run run) {
    return run.getInfo().getLifecycleStage().equals("active");
  }

  /** The run of {@code key} as the server has it now; null where it has none. */
  @Nullable Sent find(TrackingClient client, String key) throws TrackingFailure {
    return search(client, ofKey(key), ViewType.ACTIVE_ONLY).stream()
        .map(Sent::of)
        .min(PREFERRED)
        .orElse(null);
  }

  private String ofSweep() {
    return "tags.`" + SWEEP + "` = '" + sweepKey + "'";
  }

  /** With the sweep, because another sweep of the name has trials of the same keys. */
  private String ofKey(String key) {
    return ofSweep() + " AND tags.`" + KEY + "` = '" + key + "'";
  }

  private List<Run> search(TrackingClient client, String filter, ViewType view)
      throws TrackingFailure {
    List<Run> runs = new ArrayList<>();
    String token = "";
    do {
      String from = token;
      RunsPage page =
          client.call(
              "looking for what was sent before",
              c ->
                  c.searchRuns(
                      List.of(experiment),
                      filter,
                      view,
                      PAGE,
                      List.of("attributes.start_time ASC"),
                      from.isEmpty() ? null : from));
      runs.addAll(page.getItems());
      // Not hasNextPage: it takes an empty token for one more page, for ever.
      token = page.getNextPageToken().orElse("");
    } while (!token.isEmpty());
    return runs;
  }

  /** Makes a run; where the answer gets lost, looks whether the server made it all the same. */
  Sent create(TrackingClient client, String key, CreateRun request) throws TrackingFailure {
    String what = "creating the run " + request.getRunName();
    Sent sent;
    try {
      sent = created(client.callOnce(what, c -> c.createRun(request)), request);
    } catch (TrackingFailure e) {
      if (!e.is(TrackingFailure.Kind.AMBIGUOUS)) {
        throw e;
      }
      Sent found = find(client, key);
      sent =
          found == null
              ? created(client.callOnce(what, c -> c.createRun(request)), request)
              : found;
    }
    byKey.put(key, sent);
    return sent;
  }

  private static Sent created(RunInfo info, CreateRun request) {
    Run.Builder run = Run.newBuilder().setInfo(info);
    run.getDataBuilder().addAllTags(request.getTagsList());
    return Sent.of(run.build());
  }

  static void delete(TrackingClient client, String id) throws TrackingFailure {
    client.call("deleting an outdated run", c -> done(() -> c.deleteRun(id)));
  }

  private static boolean done(Runnable call) {
    call.run();
    return true;
  }
}
