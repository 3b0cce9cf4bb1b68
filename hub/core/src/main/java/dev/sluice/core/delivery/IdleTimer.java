package dev.sluice.core.delivery;

import dev.sluice.core.delivery.schedule.TimerWheel;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Sink;

/// Decides when a connection needs a heartbeat, and when it ends: its client has stalled, its grant has expired,
/// or it is too old. It is the timer task itself, because every connection has one.
final class IdleTimer extends TimerWheel.Timer {
    /// The maximum time between two checks of the grants: the clock may be set, and a session may receive another
    /// grant.
    private static final int CHECK_MS = 15_000;

    private final StreamReader reader;
    private final int heartbeatMs;

    /// See [Dispatcher#expiryDelayMs].
    private final int expiryDelayMs;

    /// [Long#MAX_VALUE] if its age is not limited.
    private final long agedAtMs;

    private long nextHeartbeatMs;
    private long progress;
    private long progressAtMs;

    /// @param ageMaxMs the greatest age; [StreamReader#AGELESS] if it is not limited
    IdleTimer(StreamReader reader, long heartbeatMs, long ageMaxMs) {
        this(reader, heartbeatMs, ageMaxMs, reader.loop.expiryDelayMs(), reader.loop.nowMs());
    }

    private IdleTimer(StreamReader reader, long heartbeatMs, long ageMaxMs, int expiryDelayMs, long nowMs) {
        super(nextMs(nowMs + heartbeatMs, reader.loop.stallMs(), expiresInMs(reader, expiryDelayMs), nowMs));
        this.reader = reader;
        this.expiryDelayMs = expiryDelayMs;
        this.heartbeatMs = (int) Math.min(heartbeatMs, Integer.MAX_VALUE);
        this.nextHeartbeatMs = nowMs + heartbeatMs;
        this.agedAtMs = ageMaxMs == StreamReader.AGELESS ? Long.MAX_VALUE : nowMs + reader.loop.spread(ageMaxMs);
        this.progressAtMs = nowMs;
    }

    /// Runs every few seconds, also after the last frame was written, until the client has received it.
    @Override
    protected long due(long nowMs) {
        Sink sink = reader.sink();
        if (sink == null) return TimerWheel.NEVER;
        long stallMs = reader.loop.stallMs();
        long current = sink.progress();
        if (isStalled(current, stallMs, nowMs)) {
            reader.cut(new EndReason.Stalled());
            return TimerWheel.NEVER;
        }
        if (expiresInMs(reader, expiryDelayMs) <= 0) {
            reader.expire(expiryDelayMs);
            if (reader.sink() == null) return TimerWheel.NEVER; // Its wire has no last frame.
        }
        if (nowMs >= agedAtMs) {
            reader.age(nowMs - agedAtMs);
            if (reader.sink() == null) return TimerWheel.NEVER;
        }
        if (reader.isEnded() && current == Sink.NOTHING_PENDING) return TimerWheel.NEVER;
        if (reader.isOver()) return nextMs(Long.MAX_VALUE, stallMs, Long.MAX_VALUE, nowMs);
        takeHeartbeat(nowMs);
        return nextMs(nextHeartbeatMs, stallMs, expiresInMs(reader, expiryDelayMs), nowMs);
    }

    /// Milliseconds until the connection, or a subscription on it, ends because its grant expires;
    /// [Long#MAX_VALUE] if no grant expires.
    private static long expiresInMs(StreamReader reader, int expiryDelayMs) {
        long leftMs = reader.isOver() ? Long.MAX_VALUE : reader.firstToExpire().timeLeftMs();
        return leftMs == Long.MAX_VALUE ? leftMs : leftMs + expiryDelayMs;
    }

    private void takeHeartbeat(long nowMs) {
        if (nowMs < nextHeartbeatMs) return;
        nextHeartbeatMs = nowMs + heartbeatMs;
        reader.isHeartbeatDue = true;
        reader.ready(reader.loop);
    }

    /// Whether bytes have been pending without progress for `stallMs`.
    ///
    /// @param current see [Sink#progress]
    private boolean isStalled(long current, long stallMs, long nowMs) {
        if (current == Sink.NOTHING_PENDING || current != progress) {
            progress = current;
            progressAtMs = nowMs;
        }
        return nowMs - progressAtMs >= stallMs;
    }

    private static long nextMs(long nextHeartbeatMs, long stallMs, long expiresInMs, long nowMs) {
        long checkMs = Math.min(stallMs / 4, Math.min(expiresInMs, CHECK_MS));
        return Math.max(nowMs + 1, Math.min(nextHeartbeatMs, nowMs + checkMs));
    }
}
