package dev.sluice.core.delivery;

/// When a reader is owed a sign of life, and for how long its other side has taken nothing. It is its own timer, as
/// each
/// connection has one.
abstract class Pulse extends Wheel.Timer {
    private final int heartbeatMs;
    private long nextBeatMs;
    private long progress;
    private long progressMs;

    /// @param stallMs for how long the other side may take nothing
    Pulse(long heartbeatMs, long stallMs, long nowMs) {
        super(nextMs(nowMs + heartbeatMs, stallMs, nowMs));
        this.heartbeatMs = (int) Math.min(heartbeatMs, Integer.MAX_VALUE);
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
    boolean isStalled(long went, long stallMs, long nowMs) {
        if (went == Sink.NOTHING_OWED || went != progress) {
            progress = went;
            progressMs = nowMs;
        }
        return nowMs - progressMs >= stallMs;
    }

    /// When to look again.
    long nextMs(long stallMs, long nowMs) {
        return nextMs(nextBeatMs, stallMs, nowMs);
    }

    private static long nextMs(long nextBeatMs, long stallMs, long nowMs) {
        return Math.max(nowMs + 1, Math.min(nextBeatMs, nowMs + stallMs / 4));
    }
}
