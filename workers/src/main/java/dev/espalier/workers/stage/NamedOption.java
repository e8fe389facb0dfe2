package dev.espalier.workers.stage;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An option that distinguishes a stage from others of its sweep and therefore appears in names,
 * labels and parameters. It is not part of the stage's identity, which is its canonical text.
 *
 * @param parameter its name among a trial's parameters: {@code fine_tune_learning_rate}
 * @param slug its part of a trial's name: {@code lr0.01}
 * @param value a word or a number
 */
public record NamedOption(String parameter, String slug, Serializable value)
    implements Serializable {

  /** The part of a name: {@code -lr0.01-b32}. */
  public static String slugs(List<NamedOption> options) {
    return options.stream().map(option -> "-" + option.slug()).collect(Collectors.joining());
  }

  /** The part of a label: {@code " lr0.01 b32"}. */
  public static String briefs(List<NamedOption> options) {
    return options.stream().map(option -> " " + option.slug()).collect(Collectors.joining());
  }
}
