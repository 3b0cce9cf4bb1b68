/// The state that readers of a log need, at the positions that the sequencer decided: channels and the marks
/// of their losses, the newest entries in memory, and the reads over all of it. One writer at a time applies
/// records. Readers never wait for the writer: they iterate over safely published arrays and check the marks
/// last, so that no entry disappears without a gap.
///
/// The log in memory is a sequencer, an index and a lock. The durable log is a sequencer, an index, one writer
/// thread, and an [EntryStore] that keeps all entries: the index then has only the newest in memory, and a
/// reader further back reads from the backing.
///
/// Read [Index] first (what is kept, and the order in which changes become visible), then [LogRecord] (what
/// changes it) and [ReadPath] (how it is read).
///
/// [TrimOrder] knows the oldest entries, [Tail] and [Eviction] decide which entries leave memory, and
/// [DeletedChannels] removes the entries of a deleted channel in slices.
@NullMarked
package dev.sluice.core.index;

import org.jspecify.annotations.NullMarked;
