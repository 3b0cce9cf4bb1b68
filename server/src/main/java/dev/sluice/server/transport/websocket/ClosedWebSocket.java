package dev.sluice.server.transport.websocket;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.net.UpgradeHandler;
import io.netty.buffer.ByteBuf;

/// A WebSocket that is opened to be closed: browsers show a page the close code, but no status of a handshake.
enum ClosedWebSocket implements UpgradeHandler {
    INSTANCE;

    /// @param frames sent last, with a close frame at their end
    static void open(Exchange exchange, Answer head, byte[] frames) {
        exchange.upgrade(head, outlet -> {
            outlet.send(frames, () -> {});
            outlet.end(true);
            return INSTANCE;
        });
    }

    @Override
    public void read(ByteBuf bytes) {
        bytes.release();
    }

    @Override
    public boolean isHoldingInput() {
        return false;
    }

    @Override
    public boolean resume() {
        return true;
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
