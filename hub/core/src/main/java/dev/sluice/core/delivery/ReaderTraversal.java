package dev.sluice.core.delivery;

import dev.sluice.core.delivery.schedule.SwapRemoveList;
import org.jspecify.annotations.Nullable;

/// Visits all readers of an event loop, as many at a time as its caller wants. Sessions come first, because
/// their subscriptions end with them.
///
/// Readers may join and leave between two steps. It goes from last to first, as [SwapRemoveList] explains, so it
/// misses no reader that was present when it began.
final class ReaderTraversal {
    private final SubscriptionIndex index;
    private final SwapRemoveList<Session> sessions;
    private ReaderSet current = new ReaderSet();
    private int sessionsLeft = Integer.MAX_VALUE;
    private int setsLeft = Integer.MAX_VALUE;

    /// Readers of the current set that are not visited yet.
    private int readersLeft;

    private boolean isRepeated;

    ReaderTraversal(SubscriptionIndex index, SwapRemoveList<Session> sessions) {
        this.index = index;
        this.sessions = sessions;
    }

    /// The next reader; null if there are no more. Returns a reader of several channels or patterns several
    /// times.
    @Nullable
    Reader next() {
        isRepeated = false;
        sessionsLeft = Math.min(sessionsLeft, sessions.size());
        if (sessionsLeft > 0) return sessions.get(--sessionsLeft);
        readersLeft = Math.min(readersLeft, current.members.size());
        while (readersLeft == 0) {
            setsLeft = Math.min(setsLeft, index.sets().size());
            if (setsLeft == 0) return null;
            current = index.sets().get(--setsLeft);
            readersLeft = current.members.size();
        }
        ReaderSet.Membership member = current.members.get(--readersLeft);
        isRepeated = !member.isFirst();
        return member.reader();
    }

    /// Whether the last reader came for a channel or pattern other than its first. Without such visits, each
    /// reader comes once.
    boolean isRepeated() {
        return isRepeated;
    }
}
