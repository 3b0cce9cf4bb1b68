package dev.sluice.core.delivery.channel;

import dev.sluice.core.access.Grant;
import java.util.Optional;

/// How many channels callers may create, beside what their grants say. Called from any thread; must not block.
public interface ChannelPolicy {
    /// The identity of a caller; empty if the channels that it creates are not counted.
    Optional<?> identify(Grant grant);

    /// Returns true if a caller may create one more channel.
    ///
    /// @param held channels that it created and that keep entries
    /// @param free channels that the log takes in addition to those that it has and those on their way
    boolean permits(Grant grant, long held, long free);
}
