package dev.sluice.core.delivery.operator;

import dev.sluice.core.channel.ChannelName;
import org.jspecify.annotations.Nullable;

/// Selects streams for an operator. A component that is null matches any stream.
///
/// @param id        one stream
/// @param transport see [dev.sluice.core.delivery.stream.Wire#transport]
/// @param identity  the name of the client, "" for anonymous ones
/// @param address   of the client
/// @param channel   that the stream reads
public record StreamFilter(
        @Nullable Long id,
        @Nullable String transport,
        @Nullable String identity,
        @Nullable String address,
        @Nullable ChannelName channel) {
    public static final StreamFilter ALL = new StreamFilter(null, null, null, null, null);

    /// Returns true if the filter matches a stream that has ended. The channel must be among the first ones,
    /// because the status has only those.
    public boolean matches(StreamStatus stream) {
        return (id == null || id == stream.id())
                && (transport == null || transport.equals(stream.transport()))
                && (identity == null || identity.equals(stream.client().name()))
                && (address == null || address.equals(stream.client().address()))
                && (channel == null || stream.channels().stream().anyMatch(each -> each.matches(channel)));
    }
}
