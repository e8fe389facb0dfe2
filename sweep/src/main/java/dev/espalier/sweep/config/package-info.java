/**
 * The language of configs: YAML with its lines, keys with their rules, and problems that are
 * reported all at once.
 */
@NullMarked
package dev.espalier.sweep.config;

import org.jspecify.annotations.NullMarked;
