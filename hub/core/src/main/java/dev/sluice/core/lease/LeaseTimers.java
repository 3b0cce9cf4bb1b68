package dev.sluice.core.lease;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// When each lease has to be looked at. A renewal moves no timer: a lease that was renewed is looked at again when it
/// would expire then. So a lease costs one look for each of its durations, however often it is renewed.
///
/// [#changed] may be called from any thread, everything else by one thread at a time.
final class LeaseTimers {
    /// The maximum number of leases examined in one tick, so that an event loop has time for other work.
    private static final int EXAMINED_MAX = 2_000;

    private final TreeSet<ChannelLease> timers =
            new TreeSet<>(Comparator.<ChannelLease>comparingLong(each -> each.timerMs)
                    .thenComparing(each -> each.channel.value())
                    .thenComparingInt(System::identityHashCode));

    private final Set<ChannelLease> changed = ConcurrentHashMap.newKeySet();

    /// A lease began, was given another duration, or ended.
    void changed(ChannelLease lease) {
        changed.add(lease);
    }

    /// Returns leases that have expired.
    List<ChannelLease> expired(long nowMs) {
        for (Iterator<ChannelLease> all = changed.iterator(); all.hasNext(); ) {
            ChannelLease each = all.next();
            all.remove(); // Before reading its state: a later change is seen in the next tick.
            timers.remove(each);
            if (!each.isOver()) add(each, each.dueMs());
        }
        List<ChannelLease> expired = new ArrayList<>();
        for (int examined = 0; examined < EXAMINED_MAX && !timers.isEmpty(); examined++) {
            ChannelLease first = timers.getFirst();
            if (first.timerMs > nowMs) break;
            timers.remove(first);
            OptionalLong again = first.expire(nowMs);
            if (again.isPresent()) add(first, again.getAsLong());
            else expired.add(first);
        }
        return expired;
    }

    private void add(ChannelLease lease, long atMs) {
        lease.timerMs = atMs;
        timers.add(lease);
    }
}
