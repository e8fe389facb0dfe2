package dev.espalier.sweep.spec.step;

import dev.espalier.sweep.config.Key;
import dev.espalier.sweep.config.Section;

/** A map within the map of a step. */
public record Nested(Key<?> key, Section section) {}
