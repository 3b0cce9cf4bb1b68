package dev.sluice.server.net.outlet;

import dev.sluice.core.delivery.stream.StreamListener;
import org.jspecify.annotations.Nullable;

/// Speaks the protocol that a connection was upgraded to (RFC 9110 §7.8). Called on the event loop of its outlet.
public interface UpgradeHandler extends StreamListener {
    /// The decoder of the client's input; null if input is discarded.
    @Nullable
    InputDecoder decoder();
}
