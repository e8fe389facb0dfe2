package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.trackingserver.Limits;

/**
 * A model of a trial that goes into the registry.
 *
 * @param key of the trial, whose run has the model
 * @param model the name of the registered model; no {@code /}, {@code :} or quotes
 * @param alias a name for this version of it, such as {@code pareto-pick}; another version that has
 *     it loses it
 * @param folder of the run's artifacts that holds the model
 * @param description for people
 */
public record Registration(
    String key, String model, String alias, String folder, String description) {
  public Registration {
    TrackedTrial.checkKey(key);
    check(model, alias);
  }

  /**
   * Makes sure that MLflow takes both names.
   *
   * @throws IllegalArgumentException if it does not
   */
  public static void check(String model, String alias) {
    if (model.isBlank() || model.length() > Limits.KEY_CHARS || model.matches(".*[/:'\"`].*")) {
      throw new IllegalArgumentException(
          "a registered model must have a name of 1 to 250 characters without / : or quotes, found '"
              + model
              + "'");
    }
    // MLflow takes a version's own spelling for the version, and latest for the newest.
    if (!alias.matches("[A-Za-z0-9_-]{1,250}") || alias.matches("(?i)v\\d+|latest")) {
      throw new IllegalArgumentException(
          "an alias must have 1 to 250 letters, digits, _ or -, and be neither latest nor v with a number, found '"
              + alias
              + "'");
    }
  }

  /**
   * A version of a registered model.
   *
   * @param model its name
   * @param version counted by the server, from 1
   * @param aliased whether the server has aliases; else the alias is a tag of the model
   */
  public record Registered(String model, String version, boolean aliased) {}
}
