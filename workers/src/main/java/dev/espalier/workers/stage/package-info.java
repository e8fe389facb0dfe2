/**
 * The words that workers and sweep share: what a stage is, how it is named, what comes out of it.
 * Imports {@code java.*} only, and everything here can travel to a Spark executor.
 */
@NullMarked
package dev.espalier.workers.stage;

import org.jspecify.annotations.NullMarked;
