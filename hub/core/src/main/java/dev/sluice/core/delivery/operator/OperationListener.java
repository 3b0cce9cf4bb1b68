package dev.sluice.core.delivery.operator;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import java.time.Duration;

/// Notified of what callers destroyed or ended, after the log has recorded it. Must not block; may be called by
/// any thread.
public interface OperationListener {
    OperationListener NONE = new OperationListener() {
        @Override
        public void channelDeleted(Grant grant, ChannelName channel) {}

        @Override
        public void channelsDeleted(Grant grant, Pattern channels, long count) {}

        @Override
        public void dataErased(Grant grant, ChannelName channel, String events) {}

        @Override
        public void channelClosed(Grant grant, ChannelName channel) {}

        @Override
        public void drained(Grant grant, Duration over) {}

        @Override
        public void streamsEnded(Grant grant, StreamFilter filter, int count) {}

        @Override
        public void reloaded(Grant grant, boolean confirmed) {}
    };

    void channelDeleted(Grant grant, ChannelName channel);

    /// @param count the number of deleted channels that match the pattern
    void channelsDeleted(Grant grant, Pattern channels, long count);

    /// @param events the id of the event, or the key of the events, as `id=…` or `key=…`
    void dataErased(Grant grant, ChannelName channel, String events);

    void channelClosed(Grant grant, ChannelName channel);

    /// All streams end, spread over this time, and then the hub stops.
    void drained(Grant grant, Duration over);

    /// @param count the number of streams that an operator ended
    void streamsEnded(Grant grant, StreamFilter filter, int count);

    /// The configuration was reloaded.
    ///
    /// @param confirmed whether the caller confirmed that changed retention rules may delete kept events
    void reloaded(Grant grant, boolean confirmed);
}
