package dev.sluice.server.stats;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.ChannelListing;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.event.Content;
import dev.sluice.core.log.ChannelState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Records the busiest channels while somebody reads them: all of them now and then, in between the rows that changed,
/// as many as the bytes allow.
final class BusiestRecorder {
    /// The most that readers get in a second, on average: seconds after an event with all rows have less.
    static final int BYTES_PER_SECOND = 2_000;

    /// An envelope, besides its data.
    private static final int ENVELOPE_BYTES = 200;

    /// All rows are repeated so often, for readers who missed some.
    private static final long ALL_MS = 60_000;

    /// Channels that are examined for the newest ones when recording begins.
    private static final int SEEDED_MAX = 10_000;

    private static final int PAGE = 1_000;

    private final Hub about;
    private final StatsWriter writer;
    private final Readers readers;
    private final BusiestChannels channels = new BusiestChannels();

    /// Channels that are listed no longer, which readers do not know yet.
    private final Set<ChannelName> removed = new LinkedHashSet<>();

    private double seconds;
    private double bytesLeft = BYTES_PER_SECOND;
    private boolean isAllWanted = true;
    private long allMs;
    private long records;

    BusiestRecorder(Hub about, StatsWriter writer, Readers readers) {
        this.about = about;
        this.writer = writer;
        this.readers = readers;
        channels.seed(newest());
    }

    private List<ChannelName> newest() {
        List<ChannelState> found = new ArrayList<>();
        @Nullable ChannelName after = null;
        do {
            ChannelListing page = about.channels(Grant.EVERYTHING, after, PAGE);
            found.addAll(page.channels());
            after = page.next();
        } while (after != null && found.size() < SEEDED_MAX);
        return found.stream()
                .sorted(Comparator.comparingLong(ChannelState::timeMs).reversed())
                .limit(BusiestChannels.COUNT_MAX)
                .map(ChannelState::name)
                .toList();
    }

    /// The channels whose readers it needs to know.
    List<ChannelName> names() {
        return channels.listed().stream().map(row -> row.name).toList();
    }

    /// @param elapsed  seconds since the last record
    /// @param isWanted whether a new reader needs all rows
    void record(Activity activity, double elapsed, boolean isWanted, long nowMs) {
        records++;
        seconds += elapsed;
        removed.addAll(channels.add(activity, elapsed));
        update();
        bytesLeft = Math.min(BYTES_PER_SECOND, bytesLeft + BYTES_PER_SECOND * elapsed);
        isAllWanted |= isWanted || nowMs - allMs >= ALL_MS;
        if (bytesLeft <= 0) return;
        if (isAllWanted) recordAll(nowMs);
        else recordChanges();
    }

    private void update() {
        double correction = 1 / BusiestChannels.weight(seconds); // Otherwise all rates would rise for a minute.
        for (ChannelRow row : List.copyOf(channels.listed())) {
            ChannelState state = about.channel(Grant.EVERYTHING, row.name);
            if (state.latest() == null && state.end() == null) {
                channels.remove(row.name);
                removed.add(row.name);
            } else {
                row.update(state, readers.of(row.name), correction);
                removed.remove(row.name);
            }
        }
    }

    private void recordAll(long nowMs) {
        isAllWanted = false;
        allMs = nowMs;
        removed.clear();
        List<ChannelRow> rows = List.copyOf(channels.listed());
        publish("all", "all", Figures.of(figures -> figures.object("rows", all -> write(rows, all))));
    }

    private void recordChanges() {
        double left = bytesLeft - ENVELOPE_BYTES;
        List<ChannelName> gone = new ArrayList<>();
        for (ChannelName name : removed) if ((left -= name.bytes().length + ":null,".length()) >= 0) gone.add(name);
        List<ChannelRow> changed = new ArrayList<>();
        List<ChannelRow> longestFirst = channels.listed().stream()
                .filter(ChannelRow::hasChanged)
                .sorted(Comparator.comparingLong(ChannelRow::sentWith))
                .toList();
        for (ChannelRow row : longestFirst) if ((left -= row.size()) >= 0) changed.add(row);
        if (gone.isEmpty() && changed.isEmpty()) return;
        gone.forEach(removed::remove);
        publish(
                "changes",
                null,
                Figures.of(figures -> figures.object("rows", all -> {
                    gone.forEach(name -> all.addNull(name.value()));
                    write(changed, all);
                })));
    }

    private void write(List<ChannelRow> rows, Figures figures) {
        for (ChannelRow row : rows) row.write(figures, records);
    }

    private void publish(String type, @Nullable String key, Content content) {
        bytesLeft -= ENVELOPE_BYTES + content.bytes().length;
        writer.publish(StatsLog.CHANNELS, type, key, content);
    }
}
