package dev.sluice.server.publish;

import dev.sluice.core.channel.ChannelName;

/// Tells of channels that have ended, for uploads in progress that have nothing to append just now.
public interface Ends {
    /// Calls `ended` once, on any thread, as soon as the channel has ended, also if it has already.
    Watch watch(ChannelName channel, Runnable ended);

    /// Somebody waiting for an end.
    interface Watch extends AutoCloseable {
        /// Waits no longer. A call that is under way may still come.
        @Override
        void close();
    }
}
