package dev.sluice.server.transport.websocket;

import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.net.outlet.InputDecoder;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.net.outlet.UpgradeHandler;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A WebSocket handled by the embedding program instead of a subscriber: complete messages in, frames out.
public final class ProgramWebSocket implements UpgradeHandler, MessageDecoder.MessageListener {
    /// Handles the events of a WebSocket, on its event loop. Between two messages it may stop reading from the
    /// outlet.
    public interface SocketListener {
        void message(byte[] bytes, boolean isText);

        /// The client sent a close frame or violated the protocol; the answer has been sent.
        void closed(int code);

        /// The connection is closed.
        void disconnected();

        /// The server is stopping.
        void stopping();
    }

    private static final int STOPPING = 1012;

    private final Outlet outlet;
    private final MessageDecoder decoder;
    private final boolean deflates;
    private final SocketListener listener;
    private boolean isOver;

    private ProgramWebSocket(
            Outlet outlet,
            MessageLimits limits,
            boolean deflates,
            Function<ProgramWebSocket, SocketListener> listener) {
        this.outlet = outlet;
        this.decoder = new MessageDecoder(limits, deflates, outlet, this);
        this.deflates = deflates;
        this.listener = listener.apply(this);
    }

    /// Answers a request by opening a WebSocket.
    ///
    /// @param subprotocol the subprotocol to answer with; null for none
    /// @param listener    creates the listener, before any message is decoded
    /// @throws dev.sluice.server.http.head.ProblemException if the request is not a valid handshake, or not for
    ///     this subprotocol
    public static void open(
            Exchange exchange,
            @Nullable String subprotocol,
            MessageLimits limits,
            Function<ProgramWebSocket, SocketListener> listener) {
        Handshake handshake = Handshake.of(exchange.request());
        if (subprotocol != null) WebSocketOpener.require(exchange.request(), subprotocol);
        ServerResponse answer = subprotocol == null
                ? handshake.answer()
                : handshake.answer().with(HeaderNames.SEC_WEBSOCKET_PROTOCOL, subprotocol);
        exchange.upgrade(answer, outlet -> new ProgramWebSocket(outlet, limits, handshake.deflates(), listener));
    }

    public Outlet outlet() {
        return outlet;
    }

    /// The frame of a text message.
    public byte[] text(String text) {
        ByteBuilder out = new ByteBuilder();
        out.text(text);
        return frame(out, FrameHead.TEXT);
    }

    /// The frame of a binary message.
    public byte[] binary(byte[] bytes) {
        ByteBuilder out = new ByteBuilder();
        out.write(bytes);
        return frame(out, FrameHead.BINARY);
    }

    private byte[] frame(ByteBuilder out, int opcode) {
        boolean compressed = deflates && Deflate.compress(out, 0);
        Frames.close(out, 0, compressed ? opcode | Frames.COMPRESSED : opcode);
        return out.toByteArray();
    }

    /// A close frame, the last one to send.
    public static byte[] closeFrame(int code, String reason) {
        return Frames.close(code, reason);
    }

    /// The close frame of a server that is stopping.
    public static byte[] stoppingFrame() {
        return closeFrame(STOPPING, "The server restarts.");
    }

    @Override
    public void received(WebSocketMessage message) {
        switch (message) {
            // A client that does not read gets no Pong for every Ping: only the newest counts (RFC 6455 §5.5.3).
            case WebSocketMessage.Ping(byte[] bytes)
            when outlet.isWritable() -> outlet.send(Frames.pong(bytes), () -> {});
            case WebSocketMessage.Ping _, WebSocketMessage.Pong _ -> {}
            case WebSocketMessage.Close close -> close(CloseFrame.echo(close), close.code());
            case WebSocketMessage.Text(byte[] bytes) -> listener.message(bytes, true);
            case WebSocketMessage.Binary(byte[] bytes) -> listener.message(bytes, false);
        }
    }

    private void close(CloseFrame closeFrame, int receivedCode) {
        isOver = true;
        outlet.send(Frames.close(closeFrame.code(), closeFrame.reason()), () -> {});
        outlet.end(true);
        listener.closed(receivedCode);
    }

    @Override
    public void failed(WebSocketException error) {
        close(error.closeFrame(), error.closeFrame().code());
    }

    // --- the connection

    @Override
    public InputDecoder decoder() {
        return decoder;
    }

    @Override
    public boolean isOver() {
        return isOver;
    }

    @Override
    public void writable() {
        // Nothing to do: the program sends on its own thread, which blocks while the client does not read.
    }

    @Override
    public void stopping() {
        listener.stopping();
    }

    @Override
    public void close() {
        isOver = true;
        decoder.close();
        listener.disconnected();
    }
}
