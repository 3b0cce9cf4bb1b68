package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Entry;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// What a reader finds behind its cursor: exactly one of four things.
public sealed interface Read {
    /// Some of what comes next, in log order, and the place behind all that was looked at. `entries` may be empty when
    /// everything looked at was filtered out: read on from `next`.
    record Batch(List<Entry> entries, Cursor next) implements Read {}

    /// Something was dropped that the reader does not know of: tell it, then read on from `resume`.
    record Missing(Gap gap, Place resume) implements Read {}

    /// Nothing more. `at` is the log's head as it was looked at: quiet channels move on too.
    record CaughtUp(Cursor at) implements Read {}

    /// On disk or on another machine: never wait for it on an event loop. The stage gives one of the other three.
    record Elsewhere(CompletionStage<Read> later) implements Read {}
}
