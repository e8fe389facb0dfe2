package dev.espalier.sweep.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.espalier.sweep.plan.Plan;
import dev.espalier.sweep.plan.Trial;
import dev.espalier.workers.stage.DataFacts;
import dev.espalier.workers.stage.Normalization;
import dev.espalier.workers.stage.PlannedStage;
import dev.espalier.workers.stage.StageId;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a sweep as it stands in {@code plan.json}: enough to tell what is done and what is
 * left without the data set.
 *
 * @param data what the data set was
 * @param input how the images of the user's own network are normalized; null: by the mean and
 *     deviation of the training images
 * @param stages parents first
 */
public record PlanFile(
    DataFacts data,
    @Nullable Normalization input,
    List<StageEntry> stages,
    List<TrialEntry> trials) {
  static final String NAME = "plan.json";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * A stage.
   *
   * @param id 64 hex digits
   * @param label for people
   * @param parent the stage that must be done before; null for one that starts a network
   */
  public record StageEntry(String id, String label, @Nullable String parent) {}

  /**
   * A trial.
   *
   * @param id of its last stage
   * @param path the states it goes through
   */
  public record TrialEntry(String id, String name, List<String> path) {}

  /** What is worth keeping of {@code plan}. */
  static PlanFile of(Plan plan) {
    return new PlanFile(
        plan.stages().get(0).setup().data(),
        plan.stages().get(0).normalization(),
        plan.stages().stream().map(PlanFile::entry).toList(),
        plan.trials().stream().map(PlanFile::entry).toList());
  }

  /**
   * Reads the plan of a sweep.
   *
   * @throws RefusedException if there is none, or it is damaged
   */
  public static PlanFile read(RunDirectory directory) throws IOException {
    String file = directory.place(NAME);
    if (!directory.files().exists(NAME)) {
      throw new RefusedException(file + ": must be the plan of a sweep, found no such file");
    }
    try {
      return JSON.readValue(directory.read(NAME), PlanFile.class);
    } catch (JsonProcessingException e) {
      throw new RefusedException(
          file + ": must be the plan of a sweep, found " + e.getOriginalMessage(), e);
    }
  }

  String write() throws JsonProcessingException {
    return JSON.writeValueAsString(this) + "\n";
  }

  private static StageEntry entry(PlannedStage stage) {
    StageId parent = stage.parent();
    return new StageEntry(stage.id().hex(), stage.label(), parent == null ? null : parent.hex());
  }

  private static TrialEntry entry(Trial trial) {
    return new TrialEntry(
        trial.id().hex(), trial.name(), trial.path().stream().map(StageId::hex).toList());
  }
}
