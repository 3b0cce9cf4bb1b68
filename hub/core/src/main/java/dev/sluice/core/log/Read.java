package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Entry;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// The result of reading after a cursor: exactly one of four.
public sealed interface Read {
    /// The next entries in log order, and the cursor after all entries examined. `entries` may be empty if all of
    /// them were filtered out: continue from `next`.
    record Batch(List<Entry> entries, Cursor next) implements Read {}

    /// Entries were dropped that the reader does not know of: report the gap, then continue from `resume`.
    record Missing(Gap gap, ReadCursor resume) implements Read {}

    /// No more entries. `at` is the head at the time of the read, so that readers of quiet channels advance too.
    record CaughtUp(Cursor at) implements Read {}

    /// The entries are on disk or on another machine. The stage completes with one of the other three results; never
    /// wait for it on an event loop.
    record Pending(CompletionStage<Read> later) implements Read {}
}
