package dev.sluice.server.stats;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import java.util.Arrays;

/// Figures that are published together when one of them has changed.
final class StatsGroup {
    /// The interval at which unchanged figures are repeated, for readers of the history.
    static final long REPEAT_MS = 60_000;

    private final StatsWriter writer;
    private final ChannelName channel;
    private final String type;
    private final String key;
    private final long everyMs;
    private byte[] last = {};
    private long lastMs;

    /// @param everyMs the minimum time between two events
    StatsGroup(StatsWriter writer, ChannelName channel, String type, String key, long everyMs) {
        this.everyMs = everyMs;
        this.writer = writer;
        this.channel = channel;
        this.type = type;
        this.key = key;
    }

    void record(Content figures, long nowMs) {
        boolean hasChanged = !Arrays.equals(last, figures.bytes());
        boolean isFirst = last.length == 0;
        if (!isFirst && nowMs - lastMs < (hasChanged ? everyMs : REPEAT_MS)) return;
        last = figures.bytes();
        lastMs = nowMs;
        writer.publish(channel, type, key, figures);
    }
}
