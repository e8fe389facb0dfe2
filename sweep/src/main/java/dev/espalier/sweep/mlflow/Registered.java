package dev.espalier.sweep.mlflow;

/**
 * A version of a registered model.
 *
 * @param model its name
 * @param version counted by the server, from 1
 * @param aliased whether the server has aliases; else the alias is a tag of the model
 */
public record Registered(String model, String version, boolean aliased) {}
