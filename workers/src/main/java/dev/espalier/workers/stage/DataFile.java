package dev.espalier.workers.stage;

import java.io.Serializable;

/**
 * A file that a stage left in its folder.
 *
 * @param name within the stage's folder; it carries the attempt, so that two attempts never write
 *     one file
 * @param sha256 of its content
 * @param bytes its length
 */
public record DataFile(String name, String sha256, long bytes) implements Serializable {}
