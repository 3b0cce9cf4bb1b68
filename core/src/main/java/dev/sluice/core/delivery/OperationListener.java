package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;

/// Notified of what callers destroyed or ended, after the log has it. Must not block; may be called by any thread.
public interface OperationListener {
    OperationListener NONE = new OperationListener() {
        @Override
        public void channelDeleted(Grant grant, ChannelName channel) {}

        @Override
        public void dataErased(Grant grant, ChannelName channel, String events) {}

        @Override
        public void channelClosed(Grant grant, ChannelName channel) {}

        @Override
        public void streamsEnded(Grant grant, StreamFilter filter, int count) {}
    };

    void channelDeleted(Grant grant, ChannelName channel);

    /// @param events the id of the event, or the key of the events, as `id=…` or `key=…`
    void dataErased(Grant grant, ChannelName channel, String events);

    void channelClosed(Grant grant, ChannelName channel);

    /// @param count of streams that an operator ended
    void streamsEnded(Grant grant, StreamFilter filter, int count);
}
