package dev.sluice.server.transport.websocket;

import dev.sluice.core.delivery.stream.Sink;
import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.net.outlet.InputDecoder;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.net.outlet.UpgradeHandler;
import java.nio.ByteBuffer;

/// An open WebSocket: its client's messages go to a frame handler, and the stream listener does the sending.
final class WebSocketConnection implements Sink, UpgradeHandler, MessageDecoder.MessageListener {
    private final Outlet outlet;
    private final StreamListener listener;
    private final FrameHandler handler;
    private final MessageDecoder decoder;
    // A long would cost 8 bytes more per connection; the counter only has to change, so it may wrap.
    private int messagesReceived;
    private boolean isPongDue;
    private boolean hasPing; // The client's kernel has acknowledged the Ping that awaits its Pong.

    /// @param deflates whether the client's messages may be compressed
    WebSocketConnection(
            Outlet outlet, StreamListener listener, MessageLimits limits, boolean deflates, FrameHandler handler) {
        this.outlet = outlet;
        this.listener = listener;
        this.handler = handler;
        this.decoder = new MessageDecoder(limits, deflates, outlet, this);
    }

    // --- sending

    /// A Ping follows, which the client has to answer (RFC 6455 §5.5.2).
    @Override
    public void onHeartbeat() {
        isPongDue = true;
    }

    /// Bytes count as long as the Ping may be among them, as a slow reader's Pong is queued after its data. From then
    /// on only messages count: the kernel of a client that hangs acknowledges each heartbeat.
    @Override
    public long progress() {
        long taken = outlet.progress();
        hasPing |= isPongDue && taken == NOTHING_PENDING;
        if (hasPing) return Integer.toUnsignedLong(messagesReceived);
        return taken == NOTHING_PENDING ? taken : taken + Integer.toUnsignedLong(messagesReceived);
    }

    @Override
    public String agent() {
        return outlet.agent();
    }

    /// Answers are queued until they are written: once some are, reading may resume.
    @Override
    public int write(ByteBuffer bytes) {
        int taken = outlet.write(bytes);
        if (taken > 0 && !outlet.isReading()) outlet.loop().execute(handler::updateReadInterest);
        return taken;
    }

    @Override
    public void end(boolean isComplete) {
        outlet.end(isComplete);
    }

    // --- receiving

    @Override
    public InputDecoder decoder() {
        return decoder;
    }

    @Override
    public void received(WebSocketMessage message) {
        messagesReceived++;
        // Input after a close frame, of either side, is ignored (RFC 6455 §5.5.1).
        if (listener.isOver()) return;
        switch (message) {
            case WebSocketMessage.Ping(byte[] bytes) -> handler.enqueue(Frames.pong(bytes));
            case WebSocketMessage.Pong _ -> {
                isPongDue = false;
                hasPing = false;
            }
            case WebSocketMessage.Close close ->
                handler.close(CloseFrame.echo(close).code(), "");
            case WebSocketMessage.Text(byte[] bytes) -> handler.message(bytes, true);
            case WebSocketMessage.Binary(byte[] bytes) -> handler.message(bytes, false);
        }
    }

    @Override
    public void failed(WebSocketException error) {
        handler.close(error.closeFrame().code(), error.closeFrame().reason());
    }

    // --- the connection

    @Override
    public void writable() {
        listener.writable();
    }

    @Override
    public void stopping() {
        listener.stopping();
    }

    @Override
    public void close() {
        decoder.close();
        listener.close();
    }

    @Override
    public boolean isOver() {
        return listener.isOver();
    }
}
