package dev.sluice.core.delivery;

/// When a reader is owed a sign of life, and for how long its other side has taken nothing.
final class Pulse {
    private final long heartbeatMs;
    private final long stallMs;
    private long nextBeatMs;
    private long progress;
    private long progressMs;

    Pulse(long heartbeatMs, long stallMs, long nowMs) {
        this.heartbeatMs = heartbeatMs;
        this.stallMs = stallMs;
        this.nextBeatMs = nowMs + heartbeatMs;
        this.progressMs = nowMs;
    }

    /// Whether a heartbeat is due; the next one is due an interval later.
    boolean beats(long nowMs) {
        if (nowMs < nextBeatMs) return false;
        nextBeatMs = nowMs + heartbeatMs;
        return true;
    }

    /// Whether something waits that the other side has not touched for too long.
    ///
    /// @param went see [Sink#progress]
    boolean isStalled(long went, long nowMs) {
        if (went == Sink.NOTHING_OWED || went != progress) {
            progress = went;
            progressMs = nowMs;
        }
        return nowMs - progressMs >= stallMs;
    }

    /// When to look again.
    long nextMs(long nowMs) {
        return Math.max(nowMs + 1, Math.min(nextBeatMs, nowMs + stallMs / 4));
    }
}
