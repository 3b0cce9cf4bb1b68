package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;

/// Receives failures of presence, for the operator. Called on any thread; must return quickly.
public interface PresenceListener {
    /// The log refused a batch. Presence keeps the changes and tries again every second. Called once until
    /// [#onWritesRecovered].
    void onWritesFailing(ChannelName channel, String reason);

    /// Writes succeed again, and no failed change is waiting.
    void onWritesRecovered();

    /// The members of a channel could not be read at the start. A member that joins again is written again.
    void onUnreadable(ChannelName channel, Throwable failure);
}
