package dev.espalier.sweep.journal;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Normalization;
import dev.espalier.workers.facts.StageId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A check that a sweep is still the one in its folder. With an equal config, the images or the
 * user's own network may have been replaced, or another version of Espalier may give the stages
 * other ids. The results in the folder would then belong to something else, under the same names.
 *
 * <p>Three things are compared: the data set, the user's own network, and the ids of the trials of
 * equal name. An extended grid and more seeds add names, and change none of these.
 */
public final class Unchanged {
  /** More are all of one cause. */
  private static final int MOST_STAGES = 3;

  private final PlanFile before;
  private final PlanFile now;

  private Unchanged(PlanFile before, PlanFile now) {
    this.before = before;
    this.now = now;
  }

  /**
   * Makes sure that the plan {@code now} goes on with what lies in {@code directory}.
   *
   * @throws RefusedException saying what has changed and what to do
   */
  public static void require(RunDirectory directory, PlanFile now, Journal.Entries journal)
      throws IOException {
    PlanFile nothing = new PlanFile(now.data(), null, List.of(), List.of());
    PlanFile before = PlanFile.find(directory).orElse(nothing);
    List<String> reasons = new Unchanged(before, now).reasons(journal);
    if (!reasons.isEmpty()) {
      throw new RefusedException(
          """
          %s: must be the folder of this sweep, found results of other data, another network or another version of espalier
            %s
          These results stay as they are, for front, report, pick, track and status; to start a new sweep, use another --out, or another name (--set name=...)\
          """
              .formatted(directory.address(), String.join("\n  ", reasons)));
    }
  }

  /**
   * What {@code now} has changed of a sweep that was planned {@code before}, in words; empty if
   * nothing.
   */
  public static List<String> reasons(PlanFile before, PlanFile now) {
    return new Unchanged(before, now).reasons(new Journal.Entries(Map.of(), Map.of()));
  }

  private List<String> reasons(Journal.Entries journal) {
    List<String> reasons = new ArrayList<>(data(before.data(), now.data()));
    Optional<String> file = before.network();
    if (file.isPresent() && !file.equals(now.network())) {
      reasons.add(
          "baseline.from: the file had the SHA-256 %s, found %s"
              .formatted(file.get(), now.network().orElse("none")));
    }
    if (!before.stages().isEmpty() && !Objects.equals(before.input(), now.input())) {
      reasons.add(
          "baseline.input: images were normalized by %s, found %s; baseline.input may say what it was"
              .formatted(words(before.input()), words(now.input())));
    }
    return reasons.isEmpty() ? stages(journal) : reasons;
  }

  private static String words(@Nullable Normalization input) {
    return input == null ? "mean and deviation of the training images" : input.toString();
  }

  private static List<String> data(DataFacts before, DataFacts now) {
    List<String> reasons = new ArrayList<>();
    if (!before.digest().equals(now.digest())) {
      reasons.add(
          "dataset: the images of %s had the digest %s, found %s"
              .formatted(before.name(), before.digest(), now.digest()));
    }
    if (!splits(before).equals(splits(now))) {
      reasons.add("dataset: there were %s, found %s".formatted(splits(before), splits(now)));
    }
    return reasons;
  }

  private static String splits(DataFacts data) {
    return "%d training, %d validation and %d test images of %dx%dx%d in %d classes"
        .formatted(
            data.train(),
            data.validation(),
            data.test(),
            data.height(),
            data.width(),
            data.channels(),
            data.classes());
  }

  /** The first stage that differs, of each trial that has another id than before. */
  private List<String> stages(Journal.Entries journal) {
    Map<String, List<String>> known = known(journal);
    List<PlanFile.TrialEntry> changed =
        now.trials().stream()
            .filter(trial -> !known.getOrDefault(trial.name(), trial.path()).equals(trial.path()))
            .toList();
    if (changed.isEmpty()) {
      return List.of();
    }
    Map<String, PlanFile.StageEntry> entries =
        Stream.concat(before.stages().stream(), now.stages().stream())
            .collect(Collectors.toMap(PlanFile.StageEntry::id, stage -> stage, (a, b) -> b));
    Set<String> reasons = new LinkedHashSet<>();
    for (PlanFile.TrialEntry trial : changed) {
      List<String> path = known.getOrDefault(trial.name(), trial.path());
      for (int i = 0; i < Math.min(path.size(), trial.path().size()); i++) {
        String was = path.get(i);
        String is = trial.path().get(i);
        if (!was.equals(is)) {
          reasons.add(difference(was, is, entries));
          break;
        }
      }
      if (path.size() != trial.path().size()) {
        reasons.add(
            "trial %s: it had %d stages, found %d"
                .formatted(trial.name(), path.size(), trial.path().size()));
      }
    }
    List<String> all = List.copyOf(reasons);
    return all.size() <= MOST_STAGES
        ? all
        : Stream.concat(
                all.stream().limit(MOST_STAGES),
                Stream.of("and %d more stages".formatted(all.size() - MOST_STAGES)))
            .toList();
  }

  /** The paths of trials by name, as planned before; as journaled where no plan has them. */
  private Map<String, List<String>> known(Journal.Entries journal) {
    Map<String, List<String>> known = new HashMap<>();
    before.trials().forEach(trial -> known.put(trial.name(), trial.path()));
    Set<String> planned = Set.copyOf(known.keySet());
    for (TrialResult trial : journal.trials().values()) {
      if (!planned.contains(trial.name())) {
        known.put(trial.name(), trial.path().stream().map(StageId::hex).toList());
      }
    }
    return known;
  }

  private static String difference(
      String was, String is, Map<String, PlanFile.StageEntry> entries) {
    PlanFile.StageEntry old = entries.get(was);
    PlanFile.StageEntry fresh = Objects.requireNonNull(entries.get(is), is);
    String ids = "it had the id %s, found %s".formatted(brief(was), brief(is));
    String text = old == null ? null : old.text();
    return "stage %s: %s%s"
        .formatted(fresh.label(), ids, texts(text, String.valueOf(fresh.text())));
  }

  private static String texts(@Nullable String was, String is) {
    if (was == null) {
      return "; it was planned by another version of espalier, or from another file";
    }
    return was.equals(is)
        ? "; this version of espalier reaches other weights by it"
        : "; to this version of espalier it is \"%s\", before it was \"%s\""
            .formatted(is.replace("\n", ", "), was.replace("\n", ", "));
  }

  private static String brief(String id) {
    return new StageId(id).brief();
  }
}
