package dev.sluice.server.transport;

import dev.sluice.core.delivery.Dispatcher;
import io.netty.channel.Channel;

/// Finds who gives a connection's readers their turns.
@FunctionalInterface
public interface Loops {
    /// The dispatcher of the event loop that this connection lives on.
    Dispatcher of(Channel channel);
}
