package dev.espalier.workers.export;

/**
 * A file of an export.
 *
 * @param what it is, for people
 * @param sha256 of its content, 64 hex digits
 */
public record ExportedFile(String name, String what, long bytes, String sha256) {}
