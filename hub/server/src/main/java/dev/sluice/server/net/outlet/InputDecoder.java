package dev.sluice.server.net.outlet;

import io.netty.buffer.ByteBuf;

/// Decodes the input of an upgraded connection. Called on the event loop of its outlet.
public interface InputDecoder {
    /// Decodes bytes of the client, and releases them.
    void read(ByteBuf bytes);

    /// Returns true if input is held back until the outlet [reads again][Outlet#setReading].
    boolean isHolding();

    /// Decodes the input held back, before the outlet reads more.
    ///
    /// @return true if no input is held back any more
    boolean resume();
}
