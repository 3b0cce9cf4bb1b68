package dev.sluice.server.stats;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.channel.ChannelListing;
import dev.sluice.core.event.Content;
import dev.sluice.core.log.ChannelState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Counts the busiest channels, and records them while there are readers: all of them from time to time, and in
/// between the changed rows, as many as the limit in bytes allows.
final class BusiestRecorder {
    /// The maximum that readers receive in a second, on average: after an event with all rows, the next seconds
    /// have less.
    static final int BYTES_PER_SECOND = 2_000;

    /// The size of an envelope without its data.
    private static final int ENVELOPE_BYTES = 200;

    /// The interval at which all rows are repeated, for readers that have missed some.
    private static final long ALL_MS = 60_000;

    /// The maximum number of channels that are searched for the newest ones when recording begins.
    private static final int SEEDED_MAX = 10_000;

    private static final int PAGE = 1_000;

    /// The maximum number of groups whose sums are in an event, the largest groups first.
    private static final int GROUPS_MAX = 60;

    /// The interval between two events with the sums.
    private static final long GROUPS_MS = 15_000;

    private final Hub about;
    private final StatsWriter writer;
    private final ReaderStats readers;
    private final BusiestChannels channels = new BusiestChannels();
    private final Trends trends = new Trends();
    private final ChannelGroups groups;
    private volatile ChannelFigures figures = ChannelFigures.NONE;
    private long stepMs;
    private long groupsMs;
    private ChannelFigures.Groups toldGroups = ChannelFigures.Groups.NONE;

    /// Channels that are no longer listed, which readers have not been told yet.
    private final Set<ChannelName> removed = new LinkedHashSet<>();

    private double seconds;
    private double bytesLeft = BYTES_PER_SECOND;
    private boolean isAllWanted = true;
    private long allMs;
    private long records;

    BusiestRecorder(Hub about, StatsWriter writer, ReaderStats readers) {
        this.about = about;
        this.writer = writer;
        this.readers = readers;
        this.groups = new ChannelGroups(about);
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

    /// The channels whose readers must be counted.
    List<ChannelName> names() {
        return channels.listed().stream().map(row -> row.name).toList();
    }

    /// Counts events.
    ///
    /// @param elapsed seconds since the last count
    void count(ChannelActivity activity, double elapsed, long nowMs) {
        if (stepMs == 0) stepMs = nowMs - (long) (elapsed * 1e3);
        seconds += elapsed;
        List<ChannelName> gone = channels.add(activity, elapsed);
        // An event with all rows needs none of these names; without readers they would accumulate forever.
        if (!isAllWanted) removed.addAll(gone);
        trends.add(activity);
        boolean isStep = nowMs - stepMs >= Trends.STEP_MS;
        if (isStep) {
            trends.end((nowMs - stepMs) / 1e3);
            stepMs = nowMs;
        }
        groups.count(nowMs);
        boolean isNew = isStep || figures.trends().isEmpty();
        Map<ChannelName, Double> rates = channels.rates(Trends.CHANNELS_MAX, correction());
        figures = new ChannelFigures(
                rates,
                rates.size() < Trends.CHANNELS_MAX,
                isNew ? trends.all() : figures.trends(),
                isNew ? trends.others() : figures.others(),
                groups.groups(),
                groups.count());
    }

    /// The current figures. May be called from any thread.
    ChannelFigures figures() {
        return figures;
    }

    /// Called when the last reader has left, so that the next reader is sent all rows.
    void rest() {
        isAllWanted = true;
        removed.clear();
    }

    /// The number of channels that are no longer listed and that readers have not been told yet.
    int removed() {
        return removed.size();
    }

    /// Corrects averages over less than a minute: without it, all rates would rise for a minute after the start.
    private double correction() {
        return 1 / BusiestChannels.weight(seconds);
    }

    /// @param elapsed  seconds since the last record
    /// @param isWanted whether a new reader needs all rows
    void record(double elapsed, boolean isWanted, long nowMs) {
        records++;
        update();
        bytesLeft = Math.min(BYTES_PER_SECOND, bytesLeft + BYTES_PER_SECOND * elapsed);
        isAllWanted |= isWanted || nowMs - allMs >= ALL_MS;
        if (bytesLeft <= 0) return;
        boolean isAll = isAllWanted;
        if (isAll) recordAll(nowMs);
        else recordChanges();
        if (isAll || nowMs - groupsMs >= GROUPS_MS) recordGroups(isAll, nowMs);
    }

    private void update() {
        double correction = correction();
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
        publish("all", "all", StatsJson.of(figures -> whole(figures).object("rows", all -> write(rows, all))));
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
                StatsJson.of(figures -> whole(figures).object("rows", all -> {
                    gone.forEach(name -> all.addNull(name.value()));
                    write(changed, all);
                })));
    }

    private StatsJson whole(StatsJson figures) {
        return figures.add("whole", channels.isWhole() ? 1 : 0);
    }

    private void recordGroups(boolean isRepeated, long nowMs) {
        groupsMs = nowMs;
        ChannelFigures.Groups now = groups.groups();
        if (!isRepeated && now.equals(toldGroups)) return;
        toldGroups = now;
        List<String> largest = now.largest().stream().limit(GROUPS_MAX).toList();
        publish(
                "groups",
                "groups",
                StatsJson.of(figures -> figures.add("channels", groups.count()).object("groups", all -> {
                    for (String each : largest)
                        all.object(
                                each,
                                sums -> write(Objects.requireNonNull(now.all().get(each)), sums));
                })));
    }

    private static void write(ChannelFigures.Group group, StatsJson figures) {
        figures.add("channels", group.channels())
                .add("events", group.events())
                .add("bytes", group.bytes())
                .add("timeMs", group.timeMs());
    }

    private void write(List<ChannelRow> rows, StatsJson figures) {
        for (ChannelRow row : rows) row.write(figures, records);
    }

    private void publish(String type, @Nullable String key, Content content) {
        bytesLeft -= ENVELOPE_BYTES + content.bytes().length;
        writer.publish(StatsLog.CHANNELS, type, key, content);
    }
}
