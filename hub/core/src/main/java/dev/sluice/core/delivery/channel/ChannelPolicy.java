package dev.sluice.core.delivery.channel;

import dev.sluice.core.access.Grant;
import java.util.Optional;

/// Limits the channels that callers may create, in addition to the limits of their grants. Called from any
/// thread; must not block.
public interface ChannelPolicy {
    /// The identity of a caller; empty if the channels that it creates are not counted.
    Optional<?> identify(Grant grant);

    /// Returns true if a caller may create one more channel.
    ///
    /// @param held the number of channels that it created and that keep entries
    /// @param free the number of channels that the log can take beyond those that it has and those being created
    boolean permits(Grant grant, long held, long free);
}
