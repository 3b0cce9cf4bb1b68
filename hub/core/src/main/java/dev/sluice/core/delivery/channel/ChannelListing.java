package dev.sluice.core.delivery.channel;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.ChannelState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of the list of channels.
///
/// @param channels in the order of their names; may be empty although more follow
/// @param next     the name after which to continue, which the caller must not see; null if nothing follows
public record ChannelListing(
        List<ChannelState> channels, @Nullable ChannelName next) {}
