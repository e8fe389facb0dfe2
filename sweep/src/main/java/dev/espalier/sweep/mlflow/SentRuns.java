package dev.espalier.sweep.mlflow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * that what is sent again finds its run; a server that was asked twice, by a retry, keeps one.
 */
final class SentRuns {
  static final String KEY = "espalier.key";
  static final String SWEEP = "espalier.sweep";
  static final String DIGEST = "espalier.digest";

  private static final int PAGE = 1000;
  private static final Set<RunStatus> ENDED =
      Set.of(RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED);

  private final TrackingClient client;
  private final String experiment;
  private final String sweepKey;
  private final Map<String, Sent> byKey = new HashMap<>();

  /**
   * A run on the server.
   *
   * @param params what it has, by name
   * @param tags what it has, by name
   * @param ended true where its status is final
   */
  record Sent(
      String id,
      String artifactUri,
      boolean ended,
      Map<String, String> params,
      Map<String, String> tags) {
    private static Sent of(Run run) {
      RunInfo info = run.getInfo();
      return new Sent(
          info.getRunId(),
          info.getArtifactUri(),
          ENDED.contains(info.getStatus()),
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
      return new Sent(id, artifactUri, ended, params, all);
    }

    Sent asEnded() {
      return new Sent(id, artifactUri, true, params, tags);
    }
  }

  SentRuns(TrackingClient client, String experiment, String sweepKey) {
    this.client = client;
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

  /** Reads all runs of the sweep; of two with one key it keeps the one that ended, or the first. */
  void load() throws TrackingFailure {
    Map<String, Sent> found = new HashMap<>();
    for (Run run : search(ofSweep())) {
      Sent sent = Sent.of(run);
      Sent other = found.putIfAbsent(sent.tag(KEY), sent);
      if (other != null) {
        boolean later = sent.ended() && !other.ended();
        found.put(sent.tag(KEY), later ? sent : other);
        delete((later ? other : sent).id());
      }
    }
    byKey.clear();
    byKey.putAll(found);
  }

  private String ofSweep() {
    return "tags.`" + SWEEP + "` = '" + sweepKey + "'";
  }

  private List<Run> search(String filter) throws TrackingFailure {
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
                      ViewType.ACTIVE_ONLY,
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
  Sent create(String key, CreateRun request) throws TrackingFailure {
    String what = "creating the run " + request.getRunName();
    Run made;
    try {
      made = created(client.callOnce(what, c -> c.createRun(request)), request);
    } catch (TrackingFailure e) {
      if (!e.ambiguous()) {
        throw e;
      }
      // Another sweep of the name has trials of the same keys.
      List<Run> found = search(ofSweep() + " AND tags.`" + KEY + "` = '" + key + "'");
      made =
          found.isEmpty()
              ? created(client.callOnce(what, c -> c.createRun(request)), request)
              : found.get(0);
    }
    Sent sent = Sent.of(made);
    byKey.put(key, sent);
    return sent;
  }

  private static Run created(RunInfo info, CreateRun request) {
    Run.Builder run = Run.newBuilder().setInfo(info);
    run.getDataBuilder().addAllTags(request.getTagsList());
    return run.build();
  }

  void delete(String id) throws TrackingFailure {
    client.call(
        "deleting an outdated run",
        c -> {
          c.deleteRun(id);
          return id;
        });
  }
}
