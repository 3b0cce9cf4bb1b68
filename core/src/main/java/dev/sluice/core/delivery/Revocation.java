package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Ends the readers of one event loop whose grants are revoked, in as many slices as needed. Sessions come first:
/// their subscriptions end with them.
///
/// Readers may join and leave between two slices. It goes from last to first, as [Slots] explains, so it misses none
/// that was there when it began.
final class Revocation {
    /// Readers examined per slice. A predicate takes some 100 ns, so a slice keeps the loop busy for less than half a
    /// millisecond.
    static final int STEPS_MAX = 2_048;

    /// An end counts for as many examined readers: a last frame takes some µs.
    private static final int END_STEPS = 16;

    private final Dispatcher loop;
    private final SubscriptionIndex index;
    private final Slots<Session> sessions;
    private final Predicate<Grant> isRevoked;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private ReaderSet current = new ReaderSet();
    private int sessionsLeft = Integer.MAX_VALUE;
    private int setsLeft = Integer.MAX_VALUE;

    /// Readers of the current set that are not examined yet.
    private int readersLeft;

    private int count;

    Revocation(Dispatcher loop, SubscriptionIndex index, Slots<Session> sessions, Predicate<Grant> isRevoked) {
        this.loop = loop;
        this.index = index;
        this.sessions = sessions;
        this.isRevoked = isRevoked;
    }

    /// The number of readers ended, when all were examined; fails if the predicate does.
    CompletableFuture<Integer> ended() {
        return ended;
    }

    /// Runs a slice on the loop.
    ///
    /// @return whether it was the last one
    boolean run() {
        try {
            for (int steps = 0; steps < STEPS_MAX; ) {
                Reader reader = next();
                if (reader == null) {
                    ended.complete(count);
                    return true;
                }
                steps += examine(reader);
            }
            return false;
        } catch (RuntimeException failure) {
            ended.completeExceptionally(failure);
            return true;
        }
    }

    /// @return the number of steps that it took
    private int examine(Reader reader) {
        if (reader.isOver() || !isRevoked.test(reader.grant())) return 1;
        int subscriptions = reader instanceof Session session ? session.subscriptions() : 0;
        loop.grantEnded(reader, new EndReason.Revoked());
        count++;
        return END_STEPS + subscriptions;
    }

    /// The next reader; a reader of several channels or patterns comes several times. Null: there are no more.
    private @Nullable Reader next() {
        sessionsLeft = Math.min(sessionsLeft, sessions.size());
        if (sessionsLeft > 0) return sessions.get(--sessionsLeft);
        readersLeft = Math.min(readersLeft, current.members.size());
        while (readersLeft == 0) {
            setsLeft = Math.min(setsLeft, index.sets().size());
            if (setsLeft == 0) return null;
            current = index.sets().get(--setsLeft);
            readersLeft = current.members.size();
        }
        return current.members.get(--readersLeft).reader();
    }
}
