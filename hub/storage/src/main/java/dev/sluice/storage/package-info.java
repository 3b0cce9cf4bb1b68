/// The durable log: acknowledged publishes are in a folder on disk, in RocksDB. One thread writes, and many publishers
/// share a write and a sync; the recent tail is read from memory, older events from disk on other threads.
///
/// Read [RocksLog] first, then [RocksEntryStore][dev.sluice.storage.write.RocksEntryStore] (what is written, and in
/// which order) and [Layout][dev.sluice.storage.record.Layout] (the records).
/// `docs/decisions/0011-how-the-log-survives-a-crash.md` explains the design.
@NullMarked
package dev.sluice.storage;

import org.jspecify.annotations.NullMarked;
