package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps what a store keeps, beyond its memory or its process. Called by the writer only, each time before
/// readers see the change, unless said otherwise. Whatever fails here stops the writing for good.
public interface Backing {
    /// Everything that is kept. Read by anybody.
    ///
    /// @return null: memory keeps all of it
    @Nullable
    Source source();

    /// A name for a channel that comes into being.
    long number();

    /// Keeps entries; `targets` are their channels, as they were.
    void place(Staging staging, List<Channel> targets);

    /// Removes entries, the oldest of their channels but for what these hold. Readers already know; the channels are as
    /// they will be.
    void drop(Collection<Entry> dropped, Collection<Channel> channels);

    /// A channel has been deleted: keeps that, and removes nothing yet, as nobody was told.
    ///
    /// @param successor has its name from now on, and the mark of the deletion
    void markDeleted(Channel channel, Channel successor);

    /// Removes what a deleted channel had, its oldest entries first. Readers already know.
    ///
    /// @return how many entries it were; fewer than `max`: nothing is left
    int clear(Channel channel, int max);

    /// Keeps what is left of events in their places.
    void replace(Channel channel, List<Event> left);

    /// Forgets channels of which nothing was left but a mark, now folded into that of the hub.
    void fold(Collection<Channel> channels);

    /// Nothing behind memory.
    Backing NONE = new Backing() {
        @Override
        public @Nullable Source source() {
            return null;
        }

        @Override
        public long number() {
            return 0;
        }

        @Override
        public void place(Staging staging, List<Channel> targets) {}

        @Override
        public void drop(Collection<Entry> dropped, Collection<Channel> channels) {}

        @Override
        public void markDeleted(Channel channel, Channel successor) {}

        @Override
        public int clear(Channel channel, int max) {
            return 0;
        }

        @Override
        public void replace(Channel channel, List<Event> left) {}

        @Override
        public void fold(Collection<Channel> channels) {}
    };
}
