/// The durable log: what is acknowledged is in a folder on disk, in RocksDB. One thread writes, many publishers share
/// a write and a sync; the recent tail is read from memory, older events from disk on other threads.
///
/// Read [RocksLog] first, then [Disk] (what is written, and in which order) and [Layout] (where it stands).
/// `docs/decisions/0009-durable-log.md` says why it is so.
@NullMarked
package dev.sluice.storage;

import org.jspecify.annotations.NullMarked;
