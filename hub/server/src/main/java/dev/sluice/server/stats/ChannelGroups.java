package dev.sluice.server.stats;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.channel.ChannelListing;
import dev.sluice.core.log.ChannelState;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sums of the channels with the same first segment. Used by one thread, which must not be an event loop,
/// because it lists all channels.
final class ChannelGroups {
    private static final int PAGE = 1_000;
    private static final long EVERY_MS = 5_000;

    /// The maximum number of first segments counted separately. Channels with other segments are in the total only.
    private static final int GROUPS_MAX = 20_000;

    private final Hub about;
    private ChannelFigures.Groups groups = ChannelFigures.Groups.NONE;
    private long count = -1;
    private long dueMs;

    ChannelGroups(Hub about) {
        this.about = about;
    }

    /// Counts again after a pause. A channel takes some microseconds, so the pause has at least a millisecond
    /// per channel.
    void count(long nowMs) {
        if (count >= 0 && nowMs < dueMs) return;
        Map<String, ChannelFigures.Group> sums = new HashMap<>();
        long found = 0;
        @Nullable ChannelName after = null;
        do {
            ChannelListing page = about.channels(Grant.EVERYTHING, after, PAGE);
            for (ChannelState each : page.channels()) add(each, sums);
            found += page.channels().size();
            after = page.next();
        } while (after != null);
        sums.values().removeIf(each -> each.channels() == 1);
        groups = ChannelFigures.Groups.of(sums);
        count = found;
        dueMs = nowMs + Math.max(EVERY_MS, found);
    }

    private static void add(ChannelState state, Map<String, ChannelFigures.Group> sums) {
        String first = ChannelFigures.Groups.name(state.name());
        ChannelFigures.Group sum = sums.get(first);
        if (sum == null && sums.size() >= GROUPS_MAX) return;
        if (sum == null) sum = new ChannelFigures.Group(0, 0, 0, 0);
        sums.put(
                first,
                new ChannelFigures.Group(
                        sum.channels() + 1,
                        sum.events() + state.events(),
                        sum.bytes() + state.bytes(),
                        Math.max(sum.timeMs(), state.timeMs())));
    }

    /// The groups of at least two channels.
    ChannelFigures.Groups groups() {
        return groups;
    }

    /// The number of all channels; -1 before the first count.
    long count() {
        return count;
    }
}
