package dev.sluice.server.stats;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.Retention;
import dev.sluice.core.memory.MemoryLog;
import java.time.Duration;
import java.time.InstantSource;

/// The names of the channels of statistics, and how much of each is kept.
final class StatsLog {
    static final ChannelName HUB = HubChannels.STATS;
    static final ChannelName CHANNELS = new ChannelName(HUB + "/channels");

    static final ChannelName NODES = new ChannelName(HUB + "/nodes");

    private static final String ONE_PREFIX = CHANNELS + "/";

    private static final Duration HISTORY = Duration.ofMinutes(15);

    /// One event a second, and those of the groups that change less often.
    private static final int HUB_EVENTS = 4 * (int) HISTORY.toSeconds();

    /// Two minutes of changes, so that a reader that reconnects misses none.
    private static final int CHANNELS_EVENTS = 120;

    /// Twenty events, so that a reader that reconnects misses none; with 64 nodes, an event has about 20 kB.
    private static final int NODES_EVENTS = 20;

    /// The maximum size of all channels except those of the hub. The history of one channel takes about 400 kB.
    private static final long BYTES_MAX = 8 << 20;

    private static final long HUB_BYTES = 4 << 20;
    private static final int ENTRIES_MAX = 50_000;
    private static final int MARKS_MAX = 1_000;

    private StatsLog() {}

    static MemoryLog open(InstantSource clock) {
        return MemoryLog.builder(clock)
                .retention(StatsLog::retention)
                .limits(limits -> limits.entriesMax(ENTRIES_MAX)
                        .bytesMax(BYTES_MAX)
                        .channelsMax(StatsDemand.CHANNELS_MAX + 3)
                        .marks(MARKS_MAX, HISTORY)
                        .keysMax(0))
                .open();
    }

    private static Retention retention(ChannelName name) {
        // Protected: the figures of channels must not displace those of the hub.
        if (name.equals(HUB))
            return new Retention(HISTORY, HUB_EVENTS, HUB_BYTES)
                    .andNewestOfKey()
                    .andProtected();
        if (name.equals(CHANNELS))
            return new Retention(HISTORY, CHANNELS_EVENTS, BYTES_MAX)
                    .andNewestOfKey()
                    .andProtected();
        if (name.equals(NODES))
            return new Retention(HISTORY, NODES_EVENTS, BYTES_MAX)
                    .andNewestOfKey()
                    .andProtected();
        return new Retention(HISTORY, HISTORY.toSeconds(), BYTES_MAX);
    }

    /// The channel with the statistics of one channel.
    ///
    /// @throws dev.sluice.core.channel.InvalidNameException if its name would be too long
    static ChannelName of(ChannelName channel) {
        return new ChannelName(ONE_PREFIX + channel);
    }

    /// Returns true if a channel contains the statistics of a single channel.
    static boolean isOfOne(ChannelName name) {
        return name.value().startsWith(ONE_PREFIX);
    }

    /// The channel that a channel of statistics is about.
    static ChannelName about(ChannelName name) {
        return new ChannelName(name.value().substring(ONE_PREFIX.length()));
    }
}
