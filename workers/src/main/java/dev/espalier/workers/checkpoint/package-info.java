/**
 * What a stage leaves behind: data files and one {@code result.json}, written last, which is the
 * commit. No directory is ever renamed, so a re-run, a retry and a second copy are harmless.
 */
@NullMarked
package dev.espalier.workers.checkpoint;

import org.jspecify.annotations.NullMarked;
