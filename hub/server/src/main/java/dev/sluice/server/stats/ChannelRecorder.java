package dev.sluice.server.stats;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.event.Content;
import dev.sluice.core.log.ChannelState;
import dev.sluice.server.json.Timestamp;
import org.jspecify.annotations.Nullable;

/// Records the figures of one channel while they have readers.
final class ChannelRecorder {
    private final Hub about;
    private final ReaderStats readers;
    private final ChannelName channel;
    private final StatsGroup group;

    /// @param statistics the channel in which they are recorded
    ChannelRecorder(Hub about, StatsWriter writer, ReaderStats readers, ChannelName statistics) {
        this.about = about;
        this.readers = readers;
        this.channel = StatsLog.about(statistics);
        this.group = new StatsGroup(writer, statistics, "channel", channel.value(), 0);
    }

    /// The channel that the figures are about.
    ChannelName channel() {
        return channel;
    }

    void record(ChannelActivity activity, double seconds, long nowMs) {
        ChannelActivity.Count count = activity.of(channel);
        ChannelState state = about.channel(Grant.EVERYTHING, channel);
        Content figures = StatsJson.of(all -> all.add("published", perSecond(activity.events(count), seconds))
                .add("publishedBytes", perSecond(activity.bytes(count), seconds))
                .add("readers", readers.of(channel))
                .add("events", state.events())
                .add("bytes", state.bytes())
                .add("earliest", text(state.earliest()))
                .add("newest", text(state.latest()))
                .add("time", state.timeMs() == 0 ? null : Timestamp.of(state.timeMs()))
                .add("ended", text(state.end())));
        group.record(figures, nowMs);
    }

    private static long perSecond(double count, double seconds) {
        return (long) Math.ceil(count / seconds);
    }

    private static @Nullable String text(@Nullable Cursor cursor) {
        return cursor == null ? null : cursor.text();
    }
}
