/// The one thread that writes the log, and what it writes: batches, syncs, deletions, the limits of the disk.
@NullMarked
package dev.sluice.storage.write;

import org.jspecify.annotations.NullMarked;
