package dev.espalier.sweep.config;

import java.util.List;

/** A config that cannot be carried out. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  @SuppressWarnings("serial") // an unmodifiable list of strings
  private final List<String> problems;

  /** At least one problem, each a line: place, path, rule, found. */
  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** The problems, in the order of the file; of very many the first, and how many more. */
  public List<String> problems() {
    return problems;
  }
}
