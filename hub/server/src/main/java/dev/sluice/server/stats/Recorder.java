package dev.sluice.server.stats;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.EventSample;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.peers.NodeFigures;
import dev.sluice.server.json.Timestamp;
import dev.sluice.server.metrics.MetricsSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Records the statistics of each second: those of the hub always, those of channels while they have readers.
/// Used by one thread.
final class Recorder {
    /// The maximum number of events of a second that are counted by channel; above it, the counts are estimates.
    static final int EVENTS_MAX = 20_000;

    /// The interval of counts by channel without readers.
    private static final long COUNT_MS = 5_000;

    /// The interval between two events with the size of the log, which changes all the time.
    private static final long LOG_MS = 5_000;

    private final Hub about;
    private final Hub statistics;
    private final Supplier<MetricsSnapshot> reading;
    private final StatsDemand demand;
    private final StatsWriter writer;
    private final ReaderStats readers;
    private final StatsGroup hubGroup;
    private final StatsGroup trafficGroup;
    private final StatsGroup streamsGroup;
    private final StatsGroup logGroup;
    private final StatsGroup capacityGroup;
    private final StatsGroup slowestGroup;
    private final SlowestReaders slowest;
    private final CapacityStats capacity = new CapacityStats();
    private final String started;
    private final Map<ChannelName, ChannelRecorder> channels = new LinkedHashMap<>();
    private volatile @Nullable BusiestRecorder busiest;
    private @Nullable NodeRecorder nodes;

    /// The cursor up to which events were counted by channel; null before the first count.
    private @Nullable Cursor counted;

    private long countedMs;
    private long published; // Events since `counted`.

    private final HubFigures.History history = new HubFigures.History();
    private volatile @Nullable HubFigures ofHub;
    private MetricsSnapshot before;
    private long beforeMs;

    /// The figures sent to other nodes; read by other threads.
    private volatile NodeFigures own = new NodeFigures(0, 0, 0, 0, 0, 0);

    Recorder(Hub about, Hub statistics, Supplier<MetricsSnapshot> reading, StatsDemand demand, ServerClock clock) {
        this.about = about;
        this.statistics = statistics;
        this.reading = reading;
        this.demand = demand;
        this.writer = new StatsWriter(statistics);
        this.readers = new ReaderStats(about);
        this.hubGroup = group("hub", 0);
        this.trafficGroup = group("traffic", 0);
        this.streamsGroup = group("streams", 0);
        this.logGroup = group("log", LOG_MS);
        this.capacityGroup = group("capacity", 0);
        this.slowestGroup = group("slowest", SlowestReaders.EVERY_MS);
        this.slowest = new SlowestReaders(about);
        this.started = Timestamp.of(clock.wall().millis());
        this.before = reading.get();
        this.beforeMs = clock.elapsedMs().getAsLong();
        this.countedMs = beforeMs;
    }

    private StatsGroup group(String name, long everyMs) {
        return new StatsGroup(writer, StatsLog.HUB, name, name, everyMs);
    }

    /// Records the figures since the last record.
    ///
    /// @param nowMs later than at the last record
    void record(long nowMs) {
        MetricsSnapshot after = reading.get();
        double seconds = (nowMs - beforeMs) / 1e3;
        TrafficStats traffic = new TrafficStats(before, after, seconds);
        before = after;
        beforeMs = nowMs;
        hubGroup.record(StatsJson.of(figures -> figures.add("started", started)), nowMs);
        HubFigures.Second second = traffic.second(about.readers());
        ofHub = history.add(second, nowMs);
        trafficGroup.record(traffic.figures(second), nowMs);
        streamsGroup.record(StreamStats.figures(after.hub().streams()), nowMs);
        logGroup.record(LogSize.figures(after.hub()), nowMs);
        capacityGroup.record(capacity.figures(after.budgets()), nowMs);
        recordSlowest(after.hub().readersBehind(), nowMs);
        own = traffic.ofNode(about.readers());
        followDemand();
        NodeRecorder all = nodes;
        if (all != null) all.record(nowMs);
        published += traffic.published();
        recordChannels(nowMs);
    }

    /// The figures of the previous second, for other nodes of the cluster. May be called from any thread.
    NodeFigures ofNode() {
        return own;
    }

    /// The figures of the hub; null before the first record. May be called from any thread.
    @Nullable
    HubFigures ofHub() {
        return ofHub;
    }

    /// The current figures of channels. May be called from any thread.
    ChannelFigures ofChannels() {
        BusiestRecorder list = busiest;
        return list == null ? ChannelFigures.NONE : list.figures();
    }

    private void recordSlowest(long behind, long nowMs) {
        slowest.search(demand.has(StatsLog.HUB) ? behind : 0, nowMs);
        slowestGroup.record(slowest.figures(), nowMs);
    }

    /// Starts to record channels that have readers now, and stops recording those that have none.
    private void followDemand() {
        for (ChannelName expired : demand.expire()) {
            if (channels.remove(expired) != null) writer.delete(expired);
            if (expired.equals(StatsLog.CHANNELS) && busiest != null) busiest.rest();
            else if (expired.equals(StatsLog.NODES)) nodes = null;
            else continue;
            writer.delete(expired);
        }
        List<ChannelName> names = demand.names();
        for (ChannelName name : names) {
            if (name.equals(StatsLog.NODES) && nodes == null) nodes = new NodeRecorder(about.peers(), writer);
            if (StatsLog.isOfOne(name))
                channels.computeIfAbsent(name, each -> new ChannelRecorder(about, writer, readers, each));
        }
        if (!names.isEmpty())
            statistics.readersOf(names).thenAccept(found -> {
                for (int i = 0; i < names.size(); i++) if (found.get(i) > 0) demand.keep(List.of(names.get(i)));
            });
    }

    /// Counts the events of channels, each second while they have readers.
    private void recordChannels(long nowMs) {
        BusiestRecorder list = busiest;
        if (list == null) {
            busiest = list = new BusiestRecorder(about, writer, readers);
            readers.count(list.names());
        }
        Cursor from = counted;
        if (from == null) {
            counted = from = about.head();
            published = 0;
        }
        boolean isRead = demand.has(StatsLog.CHANNELS);
        if (!isRead && channels.isEmpty() && nowMs - countedMs < COUNT_MS) return;
        ChannelActivity activity = new ChannelActivity();
        EventSample sample = about.follow(from, EVENTS_MAX, activity::add);
        counted = sample.head();
        complete(activity, from, sample);
        double seconds = (nowMs - countedMs) / 1e3;
        countedMs = nowMs;
        published = 0;
        list.count(activity, seconds, nowMs);
        if (isRead) list.record(seconds, demand.takeNew(), nowMs);
        for (ChannelRecorder channel : channels.values()) channel.record(activity, seconds, nowMs);
        List<ChannelName> names = new ArrayList<>(list.names());
        for (ChannelRecorder channel : channels.values()) names.add(channel.channel());
        readers.count(names);
    }

    /// Adds estimates of the events that a sample lacks.
    private void complete(ChannelActivity activity, Cursor from, EventSample sample) {
        long upTo = sample.upTo().position();
        if (upTo <= from.position()) return; // Nothing was counted.
        double part = (double) (upTo - from.position()) / (sample.head().position() - from.position());
        if (sample.hasLosses()) activity.addLost(published * part, upTo, name -> about.hasLost(name, from));
        activity.complete(part);
    }
}
