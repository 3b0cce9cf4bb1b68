package dev.sluice.server.presence;

import dev.sluice.core.presence.Membership;
import io.netty.channel.Channel;

/// What a subscription means to presence while it lasts.
@FunctionalInterface
public interface Attending {
    /// Most subscriptions are nobody's business.
    Attending NOTHING = new Attending() {
        @Override
        public Membership begin() {
            return () -> {};
        }

        @Override
        public void begin(Channel connection) {
            // A listener for each reader that never joins would be memory for nothing.
        }
    };

    /// The subscription has begun.
    ///
    /// @return what to close when it has ended
    Membership begin();

    /// As [#begin], for as long as a connection lasts, however it ends.
    default void begin(Channel connection) {
        Membership membership = begin();
        connection.closeFuture().addListener(_ -> membership.close());
    }
}
