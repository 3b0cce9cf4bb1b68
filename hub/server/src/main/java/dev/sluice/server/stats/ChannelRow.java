package dev.sluice.server.stats;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.ChannelState;
import org.jspecify.annotations.Nullable;

/// A channel among the busiest: its rates, which are weighted averages over about a minute, and its figures as
/// last sent to readers.
final class ChannelRow {
    /// The size of a row in JSON without its name.
    static final int BYTES = 120;

    private record Shown(
            String rate,
            String bytesRate,
            int readers,
            @Nullable String newest,
            long timeMs) {}

    final ChannelName name;
    private double events;
    private double bytes;
    private @Nullable Shown now;
    private @Nullable Shown known;

    /// The number of the record in which readers last received the row. Rows with the lowest numbers have waited
    /// longest.
    private long sentWith;

    ChannelRow(ChannelName name) {
        this.name = name;
    }

    /// Adds events to the averages.
    ///
    /// @param weight the weight of the time in which they arrived, from 0 to 1
    void add(double eventsPerSecond, double bytesPerSecond, double weight) {
        events += weight * (eventsPerSecond - events);
        bytes += weight * (bytesPerSecond - bytes);
    }

    /// Events a second, without the correction for a start less than a minute ago, which is the same for all rows.
    double rate() {
        return events;
    }

    int size() {
        return name.bytes().length + BYTES;
    }

    long sentWith() {
        return sentWith;
    }

    /// Sets the figures to show.
    void update(ChannelState state, int readers, double correction) {
        now = new Shown(
                StatsJson.rounded(events * correction),
                StatsJson.rounded(bytes * correction),
                readers,
                state.latest() == null ? null : state.latest().text(),
                state.timeMs());
    }

    /// Returns true if the row differs from the one last sent to readers.
    boolean hasChanged() {
        return now != null && !now.equals(known);
    }

    /// Writes the row, and notes that readers have received it.
    void write(StatsJson figures, long record) {
        Shown shown = now;
        if (shown == null) return;
        known = shown;
        sentWith = record;
        figures.object(
                name.value(),
                row -> row.addRounded("rate", shown.rate)
                        .addRounded("bytesRate", shown.bytesRate)
                        .add("readers", shown.readers)
                        .add("newest", shown.newest)
                        .add("timeMs", shown.timeMs));
    }
}
