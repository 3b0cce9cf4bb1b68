/// The thread that writes the log, with its batches, syncs and deletions, and the limits of the disk.
@NullMarked
package dev.sluice.storage.write;

import org.jspecify.annotations.NullMarked;
