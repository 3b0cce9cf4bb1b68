package dev.sluice.core.delivery.operator;

import dev.sluice.core.access.Principal;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.StreamBacklog;
import dev.sluice.core.delivery.stream.StreamKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stream at some moment, as its operator sees it. Contains no secret.
///
/// @param id        of the stream, never reused: the time when it [opened][#openedMs] in microseconds
/// @param transport see [dev.sluice.core.delivery.stream.Wire#transport]
/// @param keyId     see [dev.sluice.core.access.Credential#keyId]; "" if its client showed no credential
/// @param agent     see [dev.sluice.core.delivery.stream.Sink#agent]
/// @param channels  the first of its channels and patterns
/// @param patterns  the total number of its channels and patterns
/// @param cursor    the place that it has reached; null for a session, whose subscriptions have one each
/// @param bytes the number of bytes that its connection has accepted
public record StreamStatus(
        long id,
        StreamKind kind,
        String transport,
        Principal client,
        String keyId,
        String agent,
        List<Pattern> channels,
        int patterns,
        @Nullable Cursor cursor,
        StreamBacklog backlog,
        long bytes) {
    /// The maximum number of [#channels]: more would make a list of connections long.
    public static final int PATTERNS_SHOWN = 3;

    /// The number of ids per millisecond. A hub cannot open more streams per millisecond for long.
    public static final long IDS_PER_MS = 1_000;

    /// When it opened, in milliseconds since 1970.
    public long openedMs() {
        return id / IDS_PER_MS;
    }
}
