package dev.sluice.core.delivery.operator;

import dev.sluice.core.channel.ChannelName;
import org.jspecify.annotations.Nullable;

/// The streams that an operator means. Null: any.
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

    /// Whether a stream that has ended is meant. By its channel only as far as that is among the first ones, which its
    /// status has.
    public boolean matches(StreamStatus stream) {
        return (id == null || id == stream.id())
                && (transport == null || transport.equals(stream.transport()))
                && (identity == null || identity.equals(stream.client().name()))
                && (address == null || address.equals(stream.client().address()))
                && (channel == null || stream.channels().stream().anyMatch(each -> each.matches(channel)));
    }
}
