/**
 * Folders of files on this machine's disks or on a Hadoop file system. Hadoop's client lives here
 * and nowhere else.
 */
@NullMarked
package dev.espalier.workers.storage;

import org.jspecify.annotations.NullMarked;
