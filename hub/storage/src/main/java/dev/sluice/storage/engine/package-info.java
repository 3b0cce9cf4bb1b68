/// RocksDB, its folder and its files: opening, locking, checkpoints, and the detection of torn and damaged
/// files.
///
/// [Integrity] and [RecordBlock] distinguish damage from a torn write.
@NullMarked
package dev.sluice.storage.engine;

import org.jspecify.annotations.NullMarked;
