package dev.espalier.workers.stage;

import dev.espalier.workers.facts.StageId;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A state on the path of a trial.
 *
 * @param stage the stage that reaches it
 * @param setup the data that this stage sees
 */
public record Reached(StageId id, Stage stage, DataAndSeed setup) implements Serializable {

  /**
   * The state that {@code stage} makes of the state {@code from}. Its id is the SHA-256 of a text
   * that names both, and the data if the stage is the first to use it.
   *
   * @param from the state from which it logically starts, null for a stage that starts a network;
   *     for fine-tuning this is the pruned network, from whichever checkpoint the work continues
   */
  public static Reached of(Stage stage, DataAndSeed setup, @Nullable Reached from) {
    String origin = from == null ? "" : "from " + from.id() + "\n";
    boolean sameData = from != null && setup.equals(from.setup());
    String text =
        "espalier stage, recipe "
            + StageId.RECIPE_VERSION
            + "\n"
            + origin
            + (sameData ? "" : setup.canonical() + "\n")
            + stage.canonical();
    StageId id = new StageId(StageId.sha256(text.getBytes(StandardCharsets.UTF_8)));
    return new Reached(id, stage, setup);
  }
}
