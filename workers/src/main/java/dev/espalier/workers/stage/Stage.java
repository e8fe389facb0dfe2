package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Recipe;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of a trial. Each stage is a record that defines its texts; code that runs stages
 * dispatches on the four kinds.
 */
public sealed interface Stage extends Serializable permits Start, Transform, Training, Calibration {

  /**
   * One line for each property that determines the weights. Changing a text changes every id below
   * it.
   */
  String canonical();

  /** The word under which plans count stages and with which labels begin: {@code fine-tune}. */
  String word();

  /** Its part of a trial's name, without {@link #varied}: {@code s0.9-flat}. */
  String slug();

  /**
   * Its part of the labels of this and later stages, without {@link #varied}: {@code s=0.9 flat}.
   */
  String brief();

  /**
   * Its part of a trial's parameters, by name, without {@link #varied}: words, numbers, or null
   * where there is no value.
   */
  Map<String, @Nullable Object> parameters();

  /**
   * The options that distinguish it from other stages of its kind in the sweep. In names, labels
   * and parameters they follow the stage's own part.
   */
  default List<NamedOption> varied() {
    return List.of();
  }

  /** The recipe with which it trains; null for a stage that does not train. */
  default @Nullable Recipe recipe() {
    return null;
  }

  /**
   * Whether it reads the table of the network. A user's own network that no table can express has
   * none.
   */
  default boolean needsTable() {
    return false;
  }

  /** Training epochs between its initial state and the state it reaches. */
  default int epochs() {
    return 0;
  }

  /**
   * The course of its training. If stages start from the same state and follow the same course,
   * longer ones pass through the states of shorter ones and may continue from there. Null if a
   * stage shares no epochs.
   */
  default @Nullable Object course() {
    return null;
  }

  /** Texts that are not empty, joined. */
  static String joined(String separator, List<String> texts) {
    return String.join(separator, texts.stream().filter(text -> !text.isEmpty()).toList());
  }
}
