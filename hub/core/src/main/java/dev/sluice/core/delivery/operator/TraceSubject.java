package dev.sluice.core.delivery.operator;

import dev.sluice.core.access.Principal;
import dev.sluice.core.channel.ChannelName;

/// The events or streams that a trace follows.
public sealed interface TraceSubject {
    /// The events of a channel that are published while the trace runs.
    record OfChannel(ChannelName channel) implements TraceSubject {}

    /// The streams of a named caller, from any address.
    record OfIdentity(String name) implements TraceSubject {}

    /// The streams of anonymous callers at an address.
    record OfAddress(String address) implements TraceSubject {}

    /// Whether the streams of this client are followed.
    default boolean follows(Principal client) {
        return switch (this) {
            case OfChannel _ -> false;
            case OfIdentity(String name) -> name.equals(client.name());
            case OfAddress(String address) -> client.isAnonymous() && address.equals(client.address());
        };
    }
}
