package dev.sluice.core.index;

import dev.sluice.core.access.KeyScope;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;

/// A publish that succeeded with an idempotency key, for the backing to remember.
public record KeyedPublish(Key key, Success success) {
    /// An idempotency key, which belongs to one [scope][KeyScope] of publishers and one channel.
    public record Key(String publisher, ChannelName channel, String key) {
        /// Whether it is the key of the anonymous publishers at an address.
        public boolean isOfAddress() {
            return new KeyScope(publisher).isOfAddress();
        }

        /// Whether it is the key of an anonymous publisher. Its address may be unknown: the publisher is the
        /// program around the hub, or the key was recorded before keys had addresses.
        public boolean isAnonymous() {
            return publisher.isEmpty() || isOfAddress();
        }
    }

    /// @param id the id of the entry that the publish placed
    public record Success(String fingerprint, Cursor id, long timeMs) {}
}
