package dev.sluice.server.stats;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.AccessCheck;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.log.HubChannels;
import dev.sluice.server.http.head.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/// The channels of statistics that have readers, or had some in the last seconds; the others are not recorded.
/// May be used from any thread.
public final class StatsDemand {
    /// The maximum number of channels whose statistics are recorded at a time.
    static final int CHANNELS_MAX = 100;

    /// How long a channel is recorded after its last reader has left, for polls and for readers that reconnect.
    static final long LINGER_MS = 15_000;

    private final LongSupplier clockMs;
    private final Map<ChannelName, Long> untilMs = new ConcurrentHashMap<>();
    private final AtomicBoolean isNew = new AtomicBoolean();

    StatsDemand(LongSupplier clockMs) {
        this.clockMs = clockMs;
    }

    /// Checks a selection that may contain channels of statistics: they must be named in full, and without other
    /// channels, because a cursor can't be in two logs.
    ///
    /// @throws dev.sluice.server.http.head.ProblemException if it breaks a rule
    public static void check(Selection selection) {
        List<Pattern> statistics =
                selection.patterns().stream().filter(HubChannels::isStatistics).toList();
        if (statistics.isEmpty()) return;
        if (statistics.size() < selection.patterns().size()) {
            throw Problems.BAD_PARAMETER.refused(
                    "name",
                    "The channels of " + StatsLog.HUB + " can't be in a selection with other channels, because their"
                            + " events are in a separate log: use two subscriptions.");
        }
        for (Pattern pattern : statistics) {
            if (isKnown(pattern)) continue;
            throw Problems.BAD_PARAMETER.refused(
                    "name",
                    "There are no statistics " + Problems.quoted(pattern.value()) + ": read " + StatsLog.HUB + ", "
                            + StatsLog.NODES + ", " + StatsLog.CHANNELS + ", or " + StatsLog.CHANNELS
                            + "/NAME with the full name of a channel.");
        }
    }

    private static boolean isKnown(Pattern pattern) {
        if (!pattern.isName()) return false;
        ChannelName name = new ChannelName(pattern.value());
        if (name.equals(StatsLog.HUB) || name.equals(StatsLog.NODES) || name.equals(StatsLog.CHANNELS)) return true;
        return StatsLog.isOfOne(name) && !StatsLog.about(name).isReserved();
    }

    /// Records the statistics of a selection from now on, if it has any.
    ///
    /// @throws dev.sluice.core.access.AccessDeniedException  unless the grant permits to read them
    /// @throws dev.sluice.server.http.head.ProblemException if too many channels are read already
    public void require(Grant grant, SubscriptionSpec subscription) {
        Selection selection = subscription.selection();
        if (!HubChannels.isStatistics(selection)) return;
        AccessCheck.subscribe(grant, selection);
        List<ChannelName> names = selection.names();
        long added = names.stream().filter(name -> !untilMs.containsKey(name)).count();
        if (untilMs.size() + added > CHANNELS_MAX) {
            throw Problems.FULL.refused("The statistics of " + CHANNELS_MAX
                    + " channels are being read, the maximum at a time: close other pages.");
        }
        keep(names);
        if (names.contains(StatsLog.CHANNELS) && !(subscription.from() instanceof SubscriptionSpec.From.Resume))
            isNew.set(true);
    }

    /// Continues to record these channels for a while, because they are read.
    void keep(List<ChannelName> names) {
        long end = clockMs.getAsLong() + LINGER_MS;
        for (ChannelName name : names) untilMs.put(name, end);
    }

    /// Removes channels without readers.
    ///
    /// @return the removed channels
    List<ChannelName> expire() {
        long nowMs = clockMs.getAsLong();
        List<ChannelName> expired = new ArrayList<>();
        untilMs.forEach((name, end) -> {
            if (end <= nowMs && untilMs.remove(name, end)) expired.add(name);
        });
        return expired;
    }

    /// The channels to record.
    List<ChannelName> names() {
        return List.copyOf(untilMs.keySet());
    }

    boolean has(ChannelName name) {
        return untilMs.containsKey(name);
    }

    /// Returns true if a reader of the busiest channels has begun since the last call.
    boolean takeNew() {
        return isNew.getAndSet(false);
    }
}
