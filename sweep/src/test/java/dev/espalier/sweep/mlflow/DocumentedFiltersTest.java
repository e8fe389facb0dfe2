package dev.espalier.sweep.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.sweep.trackingserver.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.ExperimentTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/** Every filter that docs/mlflow.md and the note of the experiment show finds what it is for. */
class DocumentedFiltersTest {
  /** Code in Markdown, between one backtick on each side or between two. */
  private static final Pattern CODE = Pattern.compile("``\\s?(.+?)\\s?``(?!`)|`([^`\n]+)`");

  private static final Pattern FILTER =
      Pattern.compile("(tags|params|metrics|attributes)\\..* (=|!=|<|<=|>|>=) .*");

  @TempDir Path folder = Path.of("");

  @Test
  void eachOfThemIsAcceptedAndFindsARun() throws Exception {
    try (MlflowLog log = MlflowLog.embedded(folder)) {
      log.begin(MlflowLogTest.sweep("s", "shapes", Map.of(), Map.of("dataset", "shapes")));
      log.trial(trial("good", 0.9, false));
      log.trial(trial("bad", 0.0, true));
      log.front(new TrackedFront(Set.of("good"), Set.of("good"), Set.of("good")));
      log.end(MlflowLog.Ending.FINISHED, Map.of(), 9_000);
      log.drain();
      assertEquals(List.of(), log.problems());
    }
    try (EmbeddedServer server = EmbeddedServer.start(folder);
        MlflowClient client =
            new MlflowClient(new BasicMlflowHostCreds(server.uri(), server.token()))) {
      Experiment experiment = client.getExperimentByName("shapes").orElseThrow();
      Set<String> filters = new TreeSet<>(filters(docs()));
      assertTrue(filters.size() >= 4, filters.toString());
      assertTrue(filters.stream().anyMatch(f -> f.contains("`val/accuracy`")), filters.toString());
      Set<String> noted = filters(note(experiment));
      assertTrue(noted.size() >= 4, noted.toString());
      filters.addAll(noted);
      for (String filter : filters) {
        assertEquals(
            1,
            client
                .searchRuns(
                    List.of(experiment.getExperimentId()),
                    filter,
                    ViewType.ACTIVE_ONLY,
                    10,
                    List.of())
                .getItems()
                .size(),
            filter);
      }
    }
  }

  private static TrackedTrial trial(String key, double accuracy, boolean failed) {
    return new TrackedTrial(
        key,
        key,
        Map.of("scope", failed ? "flat" : "layerwise"),
        failed ? Map.of() : Map.of("val/accuracy", accuracy),
        List.of(),
        failed,
        failed ? "diverged" : null,
        2_000,
        3_000,
        Map.of());
  }

  private static String docs() throws IOException {
    return Files.readString(Path.of("../docs/mlflow.md"));
  }

  private static String note(Experiment experiment) {
    return experiment.getTagsList().stream()
        .filter(tag -> tag.getKey().equals("mlflow.note.content"))
        .map(ExperimentTag::getValue)
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> filters(String page) {
    Set<String> filters = new TreeSet<>();
    Matcher code = CODE.matcher(page);
    while (code.find()) {
      String text = code.group(1) == null ? code.group(2) : code.group(1);
      if (FILTER.matcher(text).matches()) {
        filters.add(text);
      }
    }
    return filters;
  }
}
