/// The records of the log as bytes: keys, entries, channels, and their order on disk.
@NullMarked
package dev.sluice.storage.record;

import org.jspecify.annotations.NullMarked;
