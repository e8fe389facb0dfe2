package dev.espalier.workers.stage;

import dev.espalier.workers.facts.Recipe;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of a trial. Each stage is a record that knows its texts; whoever runs it dispatches on
 * the four kinds.
 */
public sealed interface Stage extends Serializable permits Start, Transform, Training, Calibration {

  /**
   * One line for each property that shapes the weights. Changing a text changes every id below it.
   */
  String canonical();

  /** The word by which plans count stages and with which labels begin: {@code fine-tune}. */
  String word();

  /** Its part of a trial's name, without {@link #varied}: {@code s0.9-flat}. */
  String slug();

  /**
   * What labels of this and later stages say of it, without {@link #varied}: {@code s=0.9 flat}.
   */
  String brief();

  /**
   * Its part of a trial's parameters, by name, without {@link #varied}: words, numbers, or null
   * where there is no value.
   */
  Map<String, @Nullable Object> parameters();

  /**
   * The options that tell it apart from other stages of its kind in the sweep. They stand in names,
   * labels and parameters after what the stage itself says.
   */
  default List<NamedOption> varied() {
    return List.of();
  }

  /** The recipe by which it trains; null for a stage that does not. */
  default @Nullable Recipe recipe() {
    return null;
  }

  /** Training epochs between the state it starts from and the state it reaches. */
  default int epochs() {
    return 0;
  }

  /**
   * The course of its training. Of stages that start from one state and are on one course, those of
   * more epochs pass through the states of those of fewer, and may continue from there. Null where
   * a stage shares no epochs.
   */
  default @Nullable Object course() {
    return null;
  }

  /** Texts that are not empty, joined. */
  static String joined(String separator, List<String> texts) {
    return String.join(separator, texts.stream().filter(text -> !text.isEmpty()).toList());
  }
}
