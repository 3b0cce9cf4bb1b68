package dev.sluice.core.delivery.stream;

import dev.sluice.core.cursor.Cursor;
import org.jspecify.annotations.Nullable;

/// A stream that has ended, as reported once to the listener of the [dev.sluice.core.delivery.Hub]. Requests that
/// were refused and polls that were answered at once are not streams. Subscriptions that end with their session
/// are not reported separately.
///
/// @param transport see [Wire#transport]
/// @param cursor    the place that the reader has reached; null for a session, whose subscriptions have one each
/// @param patterns  the number of channels and patterns it had
public record ClosedStream(
        StreamKind kind,
        String transport,
        EndReason reason,
        @Nullable Cursor cursor,
        int patterns) {}
