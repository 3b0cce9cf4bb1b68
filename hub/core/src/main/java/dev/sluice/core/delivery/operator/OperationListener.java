package dev.sluice.core.delivery.operator;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import java.time.Duration;

/// Notified of what callers destroyed or ended, after the log has it. Must not block; may be called by any thread.
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

    /// @param count of the channels that match the pattern, and are deleted
    void channelsDeleted(Grant grant, Pattern channels, long count);

    /// @param events the id of the event, or the key of the events, as `id=…` or `key=…`
    void dataErased(Grant grant, ChannelName channel, String events);

    void channelClosed(Grant grant, ChannelName channel);

    /// All streams end, spread over this time, and then the hub stops.
    void drained(Grant grant, Duration over);

    /// @param count of streams that an operator ended
    void streamsEnded(Grant grant, StreamFilter filter, int count);

    /// The configuration was read again.
    ///
    /// @param confirmed whether retention rules could delete what was kept
    void reloaded(Grant grant, boolean confirmed);
}
