package dev.sluice.core.delivery;

/// Decides when a connection needs a heartbeat and whether its client has stalled. It is the timer itself, as
/// every connection has one.
final class IdleTimer extends TimerWheel.Timer {
    private final StreamReader reader;
    private final int heartbeatMs;
    private long nextHeartbeatMs;
    private long progress;
    private long progressAtMs;

    IdleTimer(StreamReader reader, long heartbeatMs) {
        this(reader, heartbeatMs, reader.loop.nowMs());
    }

    private IdleTimer(StreamReader reader, long heartbeatMs, long nowMs) {
        super(nextMs(nowMs + heartbeatMs, reader.loop.stallMs(), nowMs));
        this.reader = reader;
        this.heartbeatMs = (int) Math.min(heartbeatMs, Integer.MAX_VALUE);
        this.nextHeartbeatMs = nowMs + heartbeatMs;
        this.progressAtMs = nowMs;
    }

    /// Runs every few seconds, also after the last frame was written, until the client has received it.
    @Override
    long due(long nowMs) {
        Sink sink = reader.sink();
        if (sink == null) return TimerWheel.NEVER;
        long stallMs = reader.loop.stallMs();
        long current = sink.progress();
        if (isStalled(current, stallMs, nowMs)) {
            reader.cut(new EndReason.Stalled());
            return TimerWheel.NEVER;
        }
        if (!reader.isEnded()) takeHeartbeat(nowMs);
        else if (current == Sink.NOTHING_PENDING) return TimerWheel.NEVER;
        return nextMs(nextHeartbeatMs, stallMs, nowMs);
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

    private static long nextMs(long nextHeartbeatMs, long stallMs, long nowMs) {
        return Math.max(nowMs + 1, Math.min(nextHeartbeatMs, nowMs + stallMs / 4));
    }
}
