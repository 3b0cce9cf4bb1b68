package dev.sluice.server.transport.websocket;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.net.outlet.InputDecoder;
import dev.sluice.server.net.outlet.UpgradeHandler;
import org.jspecify.annotations.Nullable;

/// A WebSocket that is opened only to be closed: browsers show pages the close code, but not the status of a
/// handshake.
enum ClosedWebSocket implements UpgradeHandler {
    INSTANCE;

    /// @param frames sent last, with a close frame at their end
    static void open(Exchange exchange, ServerResponse head, byte[] frames) {
        exchange.upgrade(head, outlet -> {
            outlet.send(frames, () -> {});
            outlet.end(true);
            return INSTANCE;
        });
    }

    @Override
    public @Nullable InputDecoder decoder() {
        return null;
    }

    @Override
    public void writable() {}

    @Override
    public void close() {}

    @Override
    public boolean isOver() {
        return true;
    }
}
