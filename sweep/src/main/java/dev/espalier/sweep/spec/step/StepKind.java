package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Fields;
import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Section;
import dev.espalier.workers.stage.NamedOption;
import dev.espalier.workers.stage.Stage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A kind of step: all that a config, a plan, names and the reference say of it follows from here.
 */
public interface StepKind {
  /** The preset of an option that each step must have, unless the config's defaults have it. */
  String REQUIRED = "none: a step must have it";

  /** The key of the step in a pipeline, and of its defaults in the config: {@code fine-tune}. */
  String word();

  /** What the reference says of the step before its options; may be empty. */
  String note();

  /** What the step is for, in the reference's table of the config: a phrase. */
  String meaning();

  /** Its options in the order of the reference, the main one first. */
  List<Option<?>> options();

  /**
   * The values of options where neither the step nor the config's defaults say them.
   *
   * @param before the defaults of the kinds before it in the list of kinds, by word, and those of
   *     {@code baseline}
   */
  OptionValues presets(Map<String, OptionValues> before);

  /**
   * The options of which a step must have one, unless the config's defaults do; the first is the
   * one that is asked for. Empty where a step needs none.
   */
  default List<Option<?>> needed() {
    return options().stream()
        .filter(option -> option.key().preset().equals(REQUIRED))
        .limit(1)
        .toList();
  }

  /** Reports that a map, and the {@code defaults}, have none of the options that a step needs. */
  default void require(Fields fields, OptionValues defaults) {
    List<Option<?>> needed = needed();
    boolean has =
        needed.isEmpty()
            || needed.stream().anyMatch(option -> fields.has(option.key()) || defaults.has(option));
    if (!has) {
      fields.require(needed.get(0).key());
    }
  }

  /** Whether these values leave every network as it is, so that there is no stage. */
  boolean changesNothing(OptionValues values);

  /**
   * The stages of a step that changes something, at least one, in their order.
   *
   * @param values of all options
   * @param varied the values that names of trials tell
   */
  List<Stage> stages(OptionValues values, List<NamedOption> varied, StepPlace place);

  /**
   * Why the step makes no sense where it stands, after a path and a colon; null if it does.
   *
   * @param before the values of the steps of its pipeline before it that change something
   */
  default @Nullable String objection(OptionValues values, List<OptionValues> before) {
    return null;
  }

  /**
   * Why the step makes no sense in a trial with such a baseline, after a path and a colon; null if
   * it does.
   *
   * @param baseline the values by which it is trained; null where it is the user's own
   * @param defaults the sweep's, by kind of step
   */
  default @Nullable String objectionAfter(
      @Nullable OptionValues baseline, OptionValues values, Map<String, OptionValues> defaults) {
    return null;
  }

  /** Whether a step may stand directly after one of its kind. */
  default boolean followsItself() {
    return false;
  }

  /** Whether no step that changes something may stand behind one that does. */
  default boolean isLast() {
    return false;
  }

  /** What a plan says of a step that changes something, in its place: lines for people. */
  default List<String> remarks(OptionValues values, StepPlace place) {
    return List.of();
  }

  /**
   * Why the step makes no sense for a network, after a path and a colon; null if it does.
   *
   * @param values of a step that changes something
   * @param network the network that it meets
   */
  default @Nullable String objectionTo(OptionValues values, PlannedNetwork network) {
    return null;
  }

  /**
   * What a plan knows of the network after the step.
   *
   * @param values of a step that changes something, to which there is no objection
   * @param network the network that it meets
   */
  default PlannedNetwork leaves(OptionValues values, PlannedNetwork network) {
    return network;
  }

  /** The map of the step: its options, those within another map by that map. */
  default Section section() {
    Set<Key<?>> keys = new LinkedHashSet<>();
    for (Option<?> option : options()) {
      keys.add(option.within() == null ? option.key() : option.within().key());
    }
    return new Section(word(), note(), List.copyOf(keys), "");
  }
}
