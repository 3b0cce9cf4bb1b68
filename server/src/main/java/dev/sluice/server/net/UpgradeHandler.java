package dev.sluice.server.net;

import dev.sluice.core.delivery.StreamListener;
import io.netty.buffer.ByteBuf;

/// Speaks the protocol that a connection was upgraded to (RFC 9110 §7.8). Called on the event loop of its outlet.
public interface UpgradeHandler extends StreamListener {
    /// Takes what the client has sent, and releases it.
    void read(ByteBuf bytes);

    /// Whether input is held back until the outlet [reads again][Outlet#setReading].
    boolean isHoldingInput();

    /// Handles the input held back, before the outlet reads more.
    ///
    /// @return true if none is held any more
    boolean resume();
}
