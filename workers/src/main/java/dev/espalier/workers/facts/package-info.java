/**
 * Values that workers and sweep share: what the data is, how a network is trained, what a stage
 * reached. Imports {@code java.*} only, and everything here can travel to a Spark executor.
 */
@NullMarked
package dev.espalier.workers.facts;

import org.jspecify.annotations.NullMarked;
