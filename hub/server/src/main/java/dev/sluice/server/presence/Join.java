package dev.sluice.server.presence;

import dev.sluice.core.presence.Membership;
import dev.sluice.server.net.outlet.Outlet;

/// Makes a subscriber a member of its channels while the subscription lasts.
@FunctionalInterface
public interface Join {
    /// For subscriptions that do not join presence.
    Join NOTHING = () -> NoMembership.INSTANCE;

    /// Joins, when the subscription begins. Call it before the head of the answer is sent, because a client that
    /// has received the head must be listed.
    ///
    /// @return the membership; close it when the subscription ends
    Membership begin();

    /// Ends a membership when the connection closes, whatever the reason.
    static void endWith(Outlet outlet, Membership membership) {
        // A close listener on every connection that joins nothing would only cost memory.
        if (membership != NoMembership.INSTANCE) outlet.onClosed(membership::close);
    }

    /// A membership of no channel.
    enum NoMembership implements Membership {
        INSTANCE;

        @Override
        public void close() {}
    }
}
